import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DecnetError } from '../errors.ts';
import type { ChildIdentity } from '../exec.ts';
import { readProcessStat } from './process-stat.ts';

export interface DaemonOptions {
  /** Both streams are appended to it. */
  readonly log: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a program that outlives this process. Plain spawn: its streams go to a file, and nobody waits for it. */
export async function startDaemon(
  file: string,
  args: readonly string[],
  options: DaemonOptions,
): Promise<ChildIdentity> {
  const log = await open(options.log, 'a', 0o600);
  try {
    const child = spawn(file, args, {
      detached: true,
      cwd: '/',
      env: { ...process.env, ...options.env },
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const stat = child.pid === undefined ? null : await readProcessStat(child.pid);
    if (stat === null) throw new Error('it ended at once');
    return { pid: stat.pid, startTime: stat.startTime };
  } catch (cause) {
    throw new DecnetError(`${file} cannot be started: ${String(cause)}`, { code: 'PROGRAM_MISSING', cause });
  } finally {
    await log.close();
  }
}

/** Waits until `isTrue` answers yes; false when `timeout` ms are over first. */
export async function waitUntil(
  isTrue: () => Promise<boolean>,
  timeout: number,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = Date.now() + timeout;
  while (!(await isTrue())) {
    if (Date.now() > deadline) return false;
    await sleep(25, undefined, { signal });
  }
  return true;
}
