import { acquireLock } from '../state/lock.ts';
import { thisProcess } from '../state/this-process.ts';
import { requireRoot } from './options.ts';

/** Outside the lab's own folder, which `down` removes. */
const lockPath = '/run/decnet-lab.lock';

/** How long one `up` or `down` waits for another, milliseconds. */
const patience = 300_000;

/** Runs work while no other process raises or removes the lab. */
export async function withLabLock<T>(
  command: 'lab up' | 'lab down',
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  requireRoot();
  const self = { ...(await thisProcess()), command };
  const release = await acquireLock(lockPath, { command, self, patience, signal });
  try {
    return await work();
  } finally {
    await release();
  }
}
