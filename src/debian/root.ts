import { access, chmod, copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DecnetError } from '../errors.ts';
import type { Exec, ExecResult } from '../exec.ts';
import { execute } from '../process/execute.ts';
import type { Pipe } from '../process/pipe.ts';
import { pipe } from '../process/pipe.ts';
import type { DebianOptions, DownloadRequest } from './download.ts';
import { downloadPackages } from './download.ts';
import type { DebianMachine } from './machine.ts';
import { linkMergedUsr, unpackPackages } from './unpack.ts';

/** The release that root file systems are made of, whatever the machine runs: the services are tested on it. */
export const rootRelease = 'bookworm';

/** What a root needs for a shell and little more. */
const basePackages = [
  'base-files',
  'base-passwd',
  'bash',
  'coreutils',
  'dash',
  'debianutils',
  'findutils',
  'grep',
  'libc-bin',
  'mawk',
  'sed',
];

/** Names that maintainer scripts (update-alternatives) would have linked, where the target is there. */
const alternatives: readonly (readonly [link: string, target: string])[] = [
  ['usr/bin/awk', 'mawk'],
  ['usr/bin/nc', 'nc.openbsd'],
  ['usr/bin/telnet', 'inetutils-telnet'],
  ['usr/bin/which', 'which.debianutils'],
  ['usr/bin/lzma', 'xz'],
];

export interface DebianTools {
  readonly exec: Exec;
  readonly pipe: Pipe;
}

export const debianTools: DebianTools = { exec: execute, pipe };

/** Makes a complete Debian root file system at `root` from packages, without running their scripts. */
export async function makeRoot(
  tools: DebianTools,
  machine: DebianMachine,
  packages: readonly string[],
  folders: RootFolders,
  options: DebianOptions,
): Promise<void> {
  const request = { archive: machine.archive, releases: [rootRelease], packages, pin: null };
  return makeMixedRoot(tools, request, folders, options);
}

export interface RootFolders {
  readonly root: string;
  readonly downloads: string;
}

/** The same of several releases: what is pinned comes from another than the rest. */
export async function makeMixedRoot(
  tools: DebianTools,
  request: Omit<DownloadRequest, 'status'>,
  folders: RootFolders,
  options: DebianOptions,
): Promise<void> {
  const packages = [...basePackages, ...request.packages];
  await mkdir(folders.downloads, { recursive: true });
  const complete = { ...request, packages, status: null };
  const files = await downloadPackages(tools.exec, complete, folders.downloads, options);
  options.onLine(`unpacking ${files.length} packages`);
  await linkMergedUsr(folders.root);
  await unpackPackages(tools.pipe, files, folders.root, options.signal);
  await configureRoot(folders.root);
  await runForRoot(tools.exec, folders.root, ['ldconfig'], options.signal);
}

/** Runs what must succeed for the root to be whole. Rejects with `ROOT_FAILED`. */
export async function runForRoot(
  exec: Exec,
  root: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { exitCode, stderr } = await runInRoot(exec, root, command, signal);
  if (exitCode === 0) return;
  throw new DecnetError(`${command[0]} failed in ${root}: ${stderr.trim()}`, { code: 'ROOT_FAILED' });
}

/** Runs a program of the root file system in it, in an environment that does not depend on the caller's. */
export async function runInRoot(
  exec: Exec,
  root: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<ExecResult> {
  const clean = ['/usr/bin/env', '-i', 'PATH=/usr/sbin:/usr/bin', 'LC_ALL=C.UTF-8', 'PYTHONHASHSEED=0'];
  return exec('/usr/sbin/chroot', [root, ...clean, ...command], { signal, cwd: '/' });
}

/** What the scripts of base-files, base-passwd and libc-bin would have done. */
async function configureRoot(root: string): Promise<void> {
  const at = (path: string): string => join(root, path);
  await copyFile(at('usr/share/base-passwd/group.master'), at('etc/group'));
  await copyFile(at('usr/share/base-passwd/passwd.master'), at('etc/passwd'));
  await copyFile(at('usr/share/libc-bin/nsswitch.conf'), at('etc/nsswitch.conf'));
  await writeFile(at('etc/hosts'), '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n');
  for (const folder of ['dev', 'proc', 'sys', 'run', 'root', 'tmp', 'var/tmp']) {
    await mkdir(at(folder), { recursive: true });
  }
  for (const folder of ['tmp', 'var/tmp']) await chmod(at(folder), 0o1777);
  for (const [link, target] of alternatives) await linkIfThere(at(link), target);
  const libraries = (await readdir(at('usr/lib'))).filter((name) => name.includes('-linux-gnu'));
  for (const name of libraries) await linkIfThere(at(`usr/lib/${name}/libblas.so.3`), 'blas/libblas.so.3');
  await symlink('/run', at('var/run')).catch(ignoreExisting);
}

async function linkIfThere(link: string, target: string): Promise<void> {
  const reached = access(resolve(dirname(link), target));
  await reached.then(
    () => symlink(target, link).catch(ignoreExisting),
    () => undefined,
  );
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
