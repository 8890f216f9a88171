import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheFolder, findCached, hashInputs } from '../debian/cache.ts';
import { readDebianMachine } from '../debian/machine.ts';
import type { DebianTools } from '../debian/root.ts';
import { makeRoot, runInRoot } from '../debian/root.ts';
import { DecnetError } from '../errors.ts';
import type { Exec } from '../exec.ts';
import { pipe } from '../process/pipe.ts';
import type { ChildOptions, ImageBuilder } from './builder.ts';

/** Raised to have the root made anew. */
const layout = 1;

/** The part of `ImageBuilder` that needs no registry: a root file system of Debian packages, as a tar file in the cache. */
export function createDebianRoots(exec: Exec): Pick<ImageBuilder, 'findDebianRoot' | 'debianRoot'> {
  const tools: DebianTools = { exec, pipe };
  return {
    findDebianRoot: async (packagesFile) =>
      findCached(cacheFolder(process.env), rootName(await readPackages(packagesFile))),
    debianRoot: async (packagesFile, options) => {
      const packages = await readPackages(packagesFile);
      return cached(cacheFolder(process.env), rootName(packages), async (workFolder) => {
        const machine = await readDebianMachine(exec, options.signal);
        const root = join(workFolder, 'root');
        const downloads = join(workFolder, 'apt');
        await mkdir(root);
        await makeRoot(tools, machine, packages, { root, downloads }, options);
        await rm(downloads, { recursive: true });
        options.onLine('compiling Python modules');
        await compilePython(exec, root, options);
        await rm(join(root, 'var/cache/ldconfig'), { recursive: true, force: true });
        options.onLine('packing');
        return packRoot(exec, root, join(workFolder, 'root.tar'), options.signal);
      });
    },
  };
}

function rootName(packages: readonly string[]): string {
  return `runtime-${hashInputs([layout, process.arch, ...packages])}.tar`;
}

async function readPackages(file: string): Promise<readonly string[]> {
  return readPackageList(await readFile(file, 'utf8'));
}

/** One package a line; `#` begins a comment. */
export function readPackageList(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

/**
 * Containers cannot write the compiled form of modules, so that it must be there. By hash and unchecked:
 * the time stamps that Python compares by default all become 0 in the tar file. A module that does not
 * compile (packages carry such as test data) stays as it is.
 */
async function compilePython(exec: Exec, root: string, options: ChildOptions): Promise<void> {
  const names = await readdir(join(root, 'usr/lib'));
  const folders = names.filter((name) => /^python3(\.\d+)?$/.test(name)).map((name) => `/usr/lib/${name}`);
  const compile = ['python3', '-m', 'compileall', '-q', '--invalidation-mode', 'unchecked-hash'];
  const { signal } = options;
  const results = folders.map((folder) => runInRoot(exec, root, [...compile, folder], signal));
  for (const { exitCode, stdout } of await Promise.all(results)) {
    if (exitCode !== 0) options.onLine(`some Python modules stay uncompiled: ${stdout.trim()}`);
  }
}

/** The same root gives the same bytes. */
async function packRoot(exec: Exec, root: string, archive: string, signal: AbortSignal): Promise<string> {
  const options = ['--create', '--sort=name', '--mtime=@0', '--numeric-owner', '--format=gnu'];
  const result = await exec('tar', [...options, '--directory', root, '--file', archive, '.'], { signal });
  if (result.exitCode === 0) return archive;
  throw new DecnetError(`tar cannot pack ${root}: ${result.stderr.trim()}`, { code: 'ROOT_FAILED' });
}
