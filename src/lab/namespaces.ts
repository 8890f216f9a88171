import { mkdir, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { DecnetError } from '../errors.ts';
import type { LabRole } from './layout.ts';
import {
  labNamespaces,
  labNetwork,
  labRoles,
  namespaceFolder,
  namespaceOf,
  namespacePath,
  switchNamespace,
} from './layout.ts';
import type { MachineRunner } from './run.ts';

const bridge = 'lan';

/** Makes what is missing of the four namespaces, the switch and the cables. Nothing touches this machine's own links. */
export async function ensureNamespaces(run: MachineRunner): Promise<void> {
  for (const name of labNamespaces) await ensureNamespace(run, name);
  if (!(await hasLink(run, switchNamespace, bridge))) {
    await run('ip', ['-n', switchNamespace, 'link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0']);
  }
  await run('ip', ['-n', switchNamespace, '-batch', '-'], lines('link set lo up', `link set ${bridge} up`));
  for (const role of labRoles) await ensureCable(run, role);
}

/**
 * The commands for `ip -batch` that plug a role in: each may be given again. The neighbour, everybody's
 * router, takes every address beyond the LAN for its own, so that who asks there for a registry is refused
 * at once instead of waiting 10 s for an answer.
 */
export function roleBatch(role: LabRole): string {
  const { interface: link, addresses, gateway } = labNetwork;
  const beyond =
    role === 'neighbour' ? 'local default dev lo table main' : `default via ${gateway} dev ${link}`;
  return lines(
    'link set lo up',
    `addr replace ${addresses[role]}/24 brd + dev ${link}`,
    `link set ${link} up`,
    `route replace ${beyond}`,
  );
}

/** Inode of a namespace of that name; null when there is none. A namespace is told from others by it. */
export async function namespaceInode(name: string): Promise<number | null> {
  if (!(await isMounted(namespacePath(name)))) return null;
  return stat(namespacePath(name)).then(
    ({ ino }) => ino,
    () => null,
  );
}

/** Removes the namespaces; their links go with them. And ip-netns(8)'s folder, when nobody else has any. */
export async function deleteNamespaces(run: MachineRunner): Promise<void> {
  for (const name of labNamespaces) {
    if ((await namespaceInode(name)) !== null) await run('ip', ['netns', 'delete', name]);
    else await rm(namespacePath(name), { force: true });
  }
  await removeNamespaceFolder(run);
}

async function ensureNamespace(run: MachineRunner, name: string): Promise<void> {
  if ((await namespaceInode(name)) !== null) return;
  // `ip netns add` makes a file, then mounts the namespace on it: killed in between, the file bars the way.
  await rm(namespacePath(name), { force: true });
  await mkdir(namespaceFolder, { recursive: true });
  await run('ip', ['netns', 'add', name]);
}

/** Both ends are made in one go, each in its namespace: there is no moment with an end on the machine. */
async function ensureCable(run: MachineRunner, role: LabRole): Promise<void> {
  const namespace = namespaceOf(role);
  const { interface: link } = labNetwork;
  if (!(await hasLink(run, namespace, link))) {
    const peer = ['peer', 'name', role, 'netns', switchNamespace];
    await run('ip', ['-n', namespace, 'link', 'add', link, 'type', 'veth', ...peer]);
  }
  await run('ip', ['-n', switchNamespace, 'link', 'set', role, 'master', bridge, 'up']);
  await run('ip', ['-n', namespace, '-batch', '-'], roleBatch(role));
}

async function hasLink(run: MachineRunner, namespace: string, link: string): Promise<boolean> {
  const names = await run('ip', ['-n', namespace, '-o', 'link', 'show']);
  return names.split('\n').some((line) => line.split(/:\s|@/)[1] === link);
}

async function removeNamespaceFolder(run: MachineRunner): Promise<void> {
  // `ip netns add` mounts the folder on itself, and `ip netns delete` leaves that behind.
  try {
    while (await isMounted(namespaceFolder)) {
      if (await hasEntries(namespaceFolder)) return;
      await run('umount', ['--no-mtab', namespaceFolder]);
    }
    await rmdir(namespaceFolder);
  } catch (error) {
    if (!(error instanceof DecnetError) && !isExpected(error)) throw error;
  }
}

async function hasEntries(folder: string): Promise<boolean> {
  return (await readdir(folder)).length > 0;
}

function isExpected(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ENOTEMPTY'].includes(String(error.code));
}

async function isMounted(path: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  return mounts.split('\n').some((line) => line.split(' ')[4] === path);
}

function lines(...commands: readonly string[]): string {
  return `${commands.join('\n')}\n`;
}
