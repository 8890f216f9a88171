import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { listPids } from '../process/process-stat.ts';
import { cgroupParent, labNamespaces } from './layout.ts';
import { namespaceInode } from './namespaces.ts';

/**
 * Processes of the lab: those in one of its network namespaces (engine, shims, holders, commands of
 * `lab exec`) and those below its cgroup (containers, which have namespaces of their own).
 */
export async function findLabProcesses(): Promise<readonly number[]> {
  const inodes = new Set(await Promise.all(labNamespaces.map(namespaceInode)));
  const own = await ownAncestors();
  const pids = (await listPids()).filter((pid) => !own.has(pid));
  const marks = await Promise.all(pids.map((pid) => belongsToLab(pid, inodes)));
  return pids.filter((_, index) => marks[index]);
}

/**
 * Kills until none is left: with their data about to go, containers need no farewell, and whoever is
 * killed first may not have others started again. Answers who is left after 10 s.
 */
export async function killLabProcesses(): Promise<readonly number[]> {
  const deadline = Date.now() + 10_000;
  let left = await findLabProcesses();
  while (left.length > 0 && Date.now() < deadline) {
    for (const pid of left) kill(pid);
    await sleep(50);
    left = await findLabProcesses();
  }
  return left;
}

/** Whether a line of /proc/<pid>/cgroup (cgroups(7)) names a group below the lab's. */
export function isLabCgroup(line: string): boolean {
  return line.split(':').slice(2).join(':').split('/').includes(cgroupParent());
}

async function belongsToLab(pid: number, inodes: ReadonlySet<number | null>): Promise<boolean> {
  const namespace = await stat(`/proc/${pid}/ns/net`).catch(() => null);
  if (namespace !== null && inodes.has(namespace.ino)) return true;
  const cgroups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
  // A zombie has left its namespaces but not its cgroup; nothing more can be done to it.
  return namespace !== null && cgroups.split('\n').some(isLabCgroup);
}

/** `lab down` typed in `lab exec -- bash` must not end itself. */
async function ownAncestors(): Promise<ReadonlySet<number>> {
  const own = new Set<number>();
  for (let pid = process.pid; pid > 0 && !own.has(pid); ) {
    own.add(pid);
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    pid = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return own;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ESRCH: it went by itself
  }
}
