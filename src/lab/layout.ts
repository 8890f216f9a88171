import { readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Whose place a command is run from. */
export const labRoles = ['host', 'attacker', 'neighbour'] as const;
export type LabRole = (typeof labRoles)[number];

/** The lab's network: TEST-NET-2, for documentation only (RFC 5737), in namespaces of its own. */
export const labNetwork = {
  subnet: '198.51.100.0/24',
  /** The neighbour plays the router; nothing is behind it. */
  gateway: '198.51.100.254',
  /** The parent interface in the host's namespace. */
  interface: 'eth0',
  addresses: { host: '198.51.100.1', attacker: '198.51.100.200', neighbour: '198.51.100.254' },
} as const;

export const switchNamespace = 'decnet-lab-switch';

/** Every namespace of the lab, in the order they are made. */
export const labNamespaces = [switchNamespace, ...labRoles.map(namespaceOf)] as const;

export function namespaceOf(role: LabRole): string {
  return `decnet-lab-${role}`;
}

/** Where ip-netns(8) keeps the namespaces of that name. */
export const namespaceFolder = '/run/netns';

export function namespacePath(name: string): string {
  return join(namespaceFolder, name);
}

/**
 * Containers' cgroups are below the one of this name, in every hierarchy. A machine sees the cgroups of all containers
 * on it, and a lab in one of them is not ours to end: the name tells the pid namespace (namespaces(7)) that a lab is in.
 */
export function cgroupParent(): string {
  return `decnet-lab-${readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')}`;
}

const run = '/run/decnet-lab';

/** The lab's files. There is one lab on a machine, as there is one set of namespaces of these names. */
export const labPaths = {
  run,
  record: join(run, 'lab.json'),
  socket: join(run, 'docker.sock'),
  pidFile: join(run, 'dockerd.pid'),
  daemonConfig: join(run, 'daemon.json'),
  log: join(run, 'dockerd.log'),
  execRoot: join(run, 'exec'),
  containerdPidFile: join(run, 'exec/containerd/containerd.pid'),
  clientConfig: join(run, 'client'),
  bin: join(run, 'bin'),
  /** On disk: overlay2 does not work on every file system. */
  dataRoot: '/var/lib/decnet-lab',
} as const;

/**
 * Folders that Docker and containerd use on the machine whatever folders they are given (shims' sockets,
 * plugins, BuildKit's containers). The lab's host has empty ones of its own there; that also hides a containerd of the machine's,
 * which dockerd would use.
 */
export const hiddenFolders = ['/run/containerd', '/run/docker', '/run/runc', '/opt/containerd'] as const;

/** Folders that `up` may bring into being, or mount(8) for it, and `down` removes when they are empty. */
export const sideFolders = [...hiddenFolders, '/run/mount'] as const;

/** The folder in which a role's root file system is mounted, in a mount namespace of its own. */
export function rolePlace(role: LabRole): string {
  return join(run, role);
}

export function roleRoot(role: LabRole): string {
  return join(rolePlace(role), 'root');
}
