import { mkdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DecnetError } from '../errors.ts';
import type { ChildIdentity } from '../exec.ts';
import { startDaemon, waitUntil } from '../process/daemon.ts';
import { isAlive } from '../process/execute.ts';
import { enter } from './enter.ts';
import type { LabRole } from './layout.ts';
import { hiddenFolders, labPaths, namespaceOf, namespacePath, rolePlace, roleRoot } from './layout.ts';
import { namespaceInode } from './namespaces.ts';
import type { MachineRunner } from './run.ts';

/**
 * A holder is a sleeping process that keeps a mount namespace, so that no mount of the lab shows on the
 * machine, and all of them go when it is killed.
 */
export async function isHolding(role: LabRole, holder: ChildIdentity | null): Promise<boolean> {
  if (holder === null || !(await isAlive(holder))) return false;
  const inode = await stat(`/proc/${holder.pid}/ns/net`).catch(() => null);
  return inode !== null && inode.ino === (await namespaceInode(namespaceOf(role)));
}

/** Starts a role's holder and mounts what the role needs. */
export async function startHolder(
  run: MachineRunner,
  role: LabRole,
  toolbox: string,
  signal: AbortSignal,
): Promise<ChildIdentity> {
  const net = `--net=${namespacePath(namespaceOf(role))}`;
  const args = [net, 'unshare', '--mount', '--propagation', 'slave', 'sleep', 'infinity'];
  const holder = await startDaemon('nsenter', args, { log: labPaths.log, env: {} });
  // Before `sleep` runs, the process is still in the machine's mount namespace, and so would our mounts be.
  const ready = await waitUntil(() => hasArrived(holder.pid), 10_000, signal);
  if (!ready) throw new DecnetError(`The ${role}'s mount namespace was not made`, { code: 'LAB_FAILED' });
  const mounts = role === 'host' ? hostMounts() : toolboxMounts(role, toolbox);
  const places = role === 'host' ? hiddenFolders : [rolePlace(role)];
  for (const place of places) await mkdir(place, { recursive: true });
  for (const [file, ...rest] of mounts) await run('nsenter', [...enter(holder), '--', file, ...rest]);
  return holder;
}

type Mount = readonly [file: string, ...args: string[]];

function hostMounts(): readonly Mount[] {
  return hiddenFolders.map((folder) => [
    'mount',
    '-n',
    '-t',
    'tmpfs',
    '-o',
    'mode=711',
    'decnet-lab',
    folder,
  ]);
}

/** The cached toolbox below, whatever is written in memory above. */
export function toolboxMounts(role: LabRole, toolbox: string): readonly Mount[] {
  const place = rolePlace(role);
  const root = roleRoot(role);
  const [upper, work] = [join(place, 'upper'), join(place, 'work')];
  return [
    ['mount', '-n', '-t', 'tmpfs', '-o', 'mode=755', 'decnet-lab', place],
    ['mkdir', upper, work, root],
    [
      'mount',
      '-t',
      'overlay',
      '-o',
      `lowerdir=${toolbox},upperdir=${upper},workdir=${work}`,
      'decnet-lab',
      root,
    ],
    ['mount', '-n', '-t', 'proc', 'proc', join(root, 'proc')],
    ['mount', '-n', '-t', 'sysfs', 'sysfs', join(root, 'sys')],
    ['mount', '-n', '--rbind', '/dev', join(root, 'dev')],
  ];
}

async function hasArrived(pid: number): Promise<boolean> {
  const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  if (program.trim() !== 'sleep') return false;
  return (await readlink(`/proc/${pid}/ns/mnt`)) !== (await readlink('/proc/self/ns/mnt'));
}
