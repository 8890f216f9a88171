import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { inParallel } from '../in-parallel.ts';
import type { Pipe } from '../process/pipe.ts';

/** What no program reads: three quarters of the files, a third of the bytes. */
const unread = ['doc', 'doc-base', 'man', 'locale', 'info', 'lintian', 'bug', 'groff', 'linda'];

/** As many as there are cores to decompress on, where machines are small. */
const atOnce = 2;

/**
 * Unpacks packages into a folder; no maintainer script runs. tar keeps the links of a merged /usr
 * (`bin -> usr/bin`), which `dpkg-deb --extract` replaces by folders.
 */
export async function unpackPackages(
  pipe: Pipe,
  packages: readonly string[],
  root: string,
  signal: AbortSignal,
): Promise<void> {
  const excludes = unread.map((name) => `--exclude=./usr/share/${name}/*`);
  const extract = [
    'tar',
    '--extract',
    '--preserve-permissions',
    '--keep-directory-symlink',
    ...excludes,
  ] as const;
  await inParallel(atOnce, packages, (file) =>
    pipe(['dpkg-deb', '--fsys-tarfile', file], [...extract, '--directory', root], signal),
  );
}

/** Makes the links of a merged /usr: to be there before the first package is unpacked. */
export async function linkMergedUsr(root: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(root, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(root, name));
  }
}
