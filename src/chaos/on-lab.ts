import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { labCommand } from '../lab/command.ts';
import type { LabRole } from '../lab/layout.ts';
import { notUp } from '../lab/not-up.ts';
import { readLabRecord } from '../lab/record.ts';

/** How a program ended, and all that it printed, both streams mixed as they came. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly printed: string;
}

export interface Running {
  /** Of the program itself: nsenter(1) and the wrapper of `decnet` become it. */
  readonly pid: number;
  readonly ended: Promise<Ended>;
  hasEnded(): boolean;
}

/** Starts a program in a role's place on the lab, with more environment where it is given. */
export async function startOnLab(
  role: LabRole,
  argv: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const record = await readLabRecord();
  if (record === null) throw notUp();
  const { file, args, env } = labCommand(record, role, argv, process.env);
  const child = spawn(file, args, {
    cwd: tmpdir(),
    env: { ...process.env, ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    printed += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, printed }));
  });
  if (child.pid === undefined) throw new Error(`${file} cannot be started`);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return { pid: child.pid, ended, hasEnded };
}

export async function runOnLab(role: LabRole, ...argv: readonly string[]): Promise<Ended> {
  return (await startOnLab(role, argv)).ended;
}

/** Runs what must succeed; answers its stdout. */
export async function askLab(role: LabRole, ...argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, printed } = await runOnLab(role, ...argv);
  if (exitCode === 0) return stdout;
  throw new Error(`${argv.join(' ')} ended with ${exitCode}: ${printed}`);
}
