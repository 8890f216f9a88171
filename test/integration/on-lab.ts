import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { labCommand } from '../../src/lab/command.ts';
import { type LabRole, labNetwork } from '../../src/lab/layout.ts';
import { type LabRecord, readLabRecord } from '../../src/lab/record.ts';

/** The attacker's own address: the one that decoys have to log. */
export const attacker = labNetwork.addresses.attacker;

export interface Ended {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  /** Pid of the program itself: nsenter(1) and the wrapper of `decnet` become it. */
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it printed so far, both streams. */
  printed(): string;
  isRunning(): boolean;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A folder whose programs come before all others. */
  readonly programs?: string;
  readonly cwd?: string;
}

/** Starts a program in a role's place on the lab. */
export async function start(
  role: LabRole,
  argv: readonly string[],
  options: StartOptions = {},
): Promise<Started> {
  const { file, args, env } = labCommand(await labRecord(), role, argv, process.env);
  const path = options.programs === undefined ? {} : { PATH: `${options.programs}:${env.PATH}` };
  const child = spawn(file, args, {
    cwd: options.cwd ?? tmpdir(),
    env: { ...process.env, ...env, ...path, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return follow(file, child);
}

function follow(file: string, child: ChildProcess): Started {
  const printed = { stdout: '', stderr: '', both: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
      printed[stream] += chunk;
      printed.both += chunk;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({ exitCode, stdout: printed.stdout, stderr: printed.stderr });
    });
  });
  if (child.pid === undefined) throw new Error(`${file} cannot be started`);
  return {
    pid: child.pid,
    ended,
    printed: () => printed.both,
    isRunning: () => child.exitCode === null && child.signalCode === null,
  };
}

/** Runs a program in a role's place and waits for its end, whatever its exit code. */
export async function run(role: LabRole, ...argv: readonly string[]): Promise<Ended> {
  return (await start(role, argv)).ended;
}

/** Like `run`, for what must succeed: answers its stdout. */
export async function succeed(role: LabRole, ...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(role, ...argv);
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${exitCode}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** The lab's Docker client; answers the lines that it printed. */
export async function docker(...args: readonly string[]): Promise<readonly string[]> {
  return linesOf(await succeed('host', 'docker', ...args));
}

export function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Waits until something holds, looking often; rejects with what it waited for. */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  milliseconds = 30_000,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${milliseconds} ms in vain until ${what}`);
    await sleep(50);
  }
}

export async function labRecord(): Promise<LabRecord> {
  const record = await readLabRecord();
  if (record === null) throw new Error('The lab is not up');
  return record;
}
