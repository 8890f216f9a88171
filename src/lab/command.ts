import { delimiter, dirname } from 'node:path';
import { enter } from './enter.ts';
import type { LabRole } from './layout.ts';
import { labPaths, namespaceOf, namespacePath, roleRoot } from './layout.ts';
import { notUp } from './not-up.ts';
import type { LabRecord } from './record.ts';

/** A program ready to be started: `env` is added to this process's environment. */
export interface LabCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The command that runs `argv` in a role's place. The host keeps this machine's files, folder and
 * environment; the others have a root file system, and an environment, of their own.
 */
export function labCommand(
  record: LabRecord,
  role: LabRole,
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
): LabCommand {
  if (role === 'host') {
    const net = `--net=${namespacePath(namespaceOf(role))}`;
    return { file: 'nsenter', args: [net, '--', ...argv], env: hostEnvironment(record, environment) };
  }
  const holder = record.holders[role];
  if (holder === null) throw notUp();
  const own = [
    'HOME=/root',
    'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'LANG=C.UTF-8',
    `TERM=${environment.TERM ?? 'dumb'}`,
  ];
  const inside = ['chroot', roleRoot(role), '/usr/bin/env', '-i', ...own, ...argv];
  return { file: 'nsenter', args: [...enter(holder), '--', ...inside], env: {} };
}

/** What makes `docker`, `decnet`, `node` and `ip` work on the lab's host. */
export function hostEnvironment(
  record: LabRecord,
  environment: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const path = [labPaths.bin, ...record.engine.path, environment.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin'];
  return {
    ...searchPath('LD_LIBRARY_PATH', record.engine.libraries, environment.LD_LIBRARY_PATH),
    ...searchPath('XTABLES_LIBDIR', record.engine.extensions, environment.XTABLES_LIBDIR),
    PATH: [...path, dirname(process.execPath)].join(delimiter),
    DOCKER_HOST: `unix://${labPaths.socket}`,
    DOCKER_CONFIG: labPaths.clientConfig,
  };
}

/** Left out when there is nothing to add: an empty one would mean the current folder. */
function searchPath(
  name: string,
  folders: readonly string[],
  given: string | undefined,
): Readonly<Record<string, string>> {
  if (folders.length === 0) return {};
  return { [name]: [...folders, ...(given ? [given] : [])].join(delimiter) };
}
