import { readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroupParent, labPaths } from './layout.ts';

/** One line of /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export interface Mount {
  readonly path: string;
  readonly type: string;
}

export function parseMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const path = before.split(' ')[4];
    const type = after.split(' ')[0];
    return path === undefined || type === undefined ? [] : [{ path: unescapePath(path), type }];
  });
}

/** Mounts of the lab that show on the machine, innermost first. */
export async function findLabMounts(): Promise<readonly string[]> {
  const places = [labPaths.run, labPaths.dataRoot];
  const paths = (await readMounts()).map(({ path }) => path);
  return paths
    .filter((path) => places.some((place) => path === place || path.startsWith(`${place}/`)))
    .reverse();
}

/**
 * The lab's folders in every cgroup hierarchy. Some are at its root, some below the group that `up` ran in,
 * which need not be that of `down`: all are looked through.
 */
export async function findLabCgroups(): Promise<readonly string[]> {
  const hierarchies = (await readMounts()).filter(({ type }) => type === 'cgroup' || type === 'cgroup2');
  return (await Promise.all(hierarchies.map(({ path }) => findBelow(path)))).flat();
}

async function findBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry) => {
    if (!entry.isDirectory()) return [];
    const path = join(folder, entry.name);
    return entry.name === cgroupParent() ? [path] : findBelow(path);
  });
  return (await Promise.all(found)).flat();
}

/** Removes a cgroup with those below it. Their processes are dead, but the kernel may take a moment to see it. */
export async function removeCgroup(path: string): Promise<void> {
  const children = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  for (const child of children) await removeCgroup(join(path, child.name));
  for (let attempt = 1; ; attempt++) {
    try {
      return await rmdir(path);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      if (attempt === 40) throw error;
      await sleep(50);
    }
  }
}

async function readMounts(): Promise<readonly Mount[]> {
  return parseMounts(await readFile('/proc/self/mountinfo', 'utf8'));
}

/** The kernel writes space, tab, newline and backslash in octal. */
function unescapePath(path: string): string {
  return path.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
