import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labCommand } from '../../src/lab/command.ts';
import type { LabRole } from '../../src/lab/layout.ts';
import { readLabRecord } from '../../src/lab/record.ts';
import type { State } from '../../src/state/schema.ts';

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  /** Pid of the program itself: nsenter(1) becomes it. */
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

/** Starts a program in a role's place on the lab. */
export async function start(role: LabRole, argv: readonly string[], cwd = tmpdir()): Promise<Started> {
  const record = await readLabRecord();
  if (record === null) throw new Error('The lab is not up');
  const { file, args, env } = labCommand(record, role, argv, process.env);
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  if (child.pid === undefined) throw new Error(`${file} cannot be started`);
  return { pid: child.pid, ended };
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

/** A folder with a fleet file, and the commands that belong to it. */
export interface Site {
  readonly folder: string;
  readonly fleetFile: string;
  readonly stateFile: string;
  /** Runs `decnet ARGS` on the host; all but plan, deploy and validate get this site's `--state`. */
  decnet(...args: readonly string[]): Promise<Ended>;
  readState(): Promise<State>;
  /** Takes down whatever stands, and removes the folder. */
  close(): Promise<void>;
}

/** Commands that find their state file beside the fleet file that they are given. */
const withFleet: readonly string[] = ['plan', 'deploy', 'validate'];

export async function openSite(fleet: string): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'decnet-site-'));
  const fleetFile = join(folder, 'fleet.yaml');
  const stateFile = join(folder, 'decnet-state.json');
  await writeFile(fleetFile, fleet);
  const decnet = (...args: readonly string[]): Promise<Ended> => {
    const where = withFleet.includes(args[0] ?? '') ? [] : ['--state', stateFile];
    return run('host', 'decnet', ...args, ...where);
  };
  return {
    folder,
    fleetFile,
    stateFile,
    decnet,
    readState: async () => JSON.parse(await readFile(stateFile, 'utf8')),
    close: async () => {
      const { exitCode, stderr } = await decnet('teardown');
      if (exitCode !== 0) throw new Error(`Teardown ended with ${exitCode}: ${stderr}`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
