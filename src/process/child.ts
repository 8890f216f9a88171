import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildIdentity } from '../exec.ts';
import { listPids, readProcessStat } from './process-stat.ts';

/** Whether that very process runs still: same pid, same start time, not a zombie. */
export async function isAlive(child: ChildIdentity): Promise<boolean> {
  const stat = await readProcessStat(child.pid);
  return stat !== null && stat.startTime === child.startTime && stat.state !== 'Z';
}

/**
 * Sends a signal to the group that the child leads. False, and nothing is sent, when the child is gone:
 * its number may belong to somebody else by now.
 */
export async function endGroup(child: ChildIdentity, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isAlive(child))) return false;
  return signalGroup(child.pid, signal);
}

/**
 * TERM to the group, KILL after `grace` ms to whoever is left in it. Only for a child that was started
 * here and whose group may outlive it: the kernel does not give its number away while the group has members.
 */
export async function terminateGroup(group: number, grace: number): Promise<void> {
  signalGroup(group, 'SIGTERM');
  const deadline = Date.now() + grace;
  while (await hasLiveMembers(group)) {
    if (Date.now() >= deadline) {
      signalGroup(group, 'SIGKILL');
      return;
    }
    await sleep(50);
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false; // ESRCH: the group is empty
  }
}

/** kill(2) with signal 0 would count zombies, which nobody may reap where pid 1 is no init. */
async function hasLiveMembers(group: number): Promise<boolean> {
  if (!signalGroupExists(group)) return false;
  const stats = await Promise.all((await listPids()).map(readProcessStat));
  return stats.some((stat) => stat?.group === group && stat.state !== 'Z');
}

function signalGroupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
