import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheFolder, hashInputs } from '../../src/debian/cache.ts';
import { downloadPackages } from '../../src/debian/download.ts';
import { readDebianMachine } from '../../src/debian/machine.ts';
import { debianTools } from '../../src/debian/root.ts';
import { linkMergedUsr, unpackPackages } from '../../src/debian/unpack.ts';

/** Programs of Debian packages that this machine need not have. */
export interface Programs {
  /** Where a file of the packages is, by its path below `/`. */
  pathOf(path: string): string;
  /** What they need to find their libraries. */
  readonly env: Readonly<Record<string, string>>;
}

/** Packages, unpacked into the cache: what this machine has installed stays as it is, and counts as there. */
export async function ensurePrograms(...packages: readonly string[]): Promise<Programs> {
  const { signal } = new AbortController();
  const { archive, architecture, codename } = await readDebianMachine(debianTools.exec, signal);
  const name = `${packages[0]}-${hashInputs([architecture, codename, ...packages])}`;
  const root = await cached(cacheFolder(process.env), name, async (workFolder) => {
    const downloads = join(workFolder, 'apt');
    const unpacked = join(workFolder, 'root');
    await mkdir(downloads);
    const status = '/var/lib/dpkg/status';
    const request = { archive, releases: [codename], packages, pin: null, status };
    const files = await downloadPackages(debianTools.exec, request, downloads, { signal, onLine: () => {} });
    await linkMergedUsr(unpacked);
    await unpackPackages(debianTools.pipe, files, unpacked, signal);
    return unpacked;
  });
  return {
    // Of what is installed already, apt fetches nothing.
    pathOf: (path) => (existsSync(join(root, path)) ? join(root, path) : join('/', path)),
    env: { LD_LIBRARY_PATH: await libraryPath(root) },
  };
}

async function libraryPath(root: string): Promise<string> {
  const library = join(root, 'usr/lib');
  const folders = (await readdir(library)).filter((name) => name.includes('-linux-gnu'));
  return folders.flatMap((name) => [join(library, name), join(library, name, 'systemd')]).join(':');
}
