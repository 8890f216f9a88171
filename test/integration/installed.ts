import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package-root.ts';

/** The package as somebody has it who installed it. */
export interface Installed {
  /** What npm packed, without the folder `package/`. */
  readonly packed: readonly string[];
  /** npm's prefix: `bin/`, `share/man/` and the like. */
  readonly prefix: string;
  /** The program as it is on PATH. */
  readonly decnet: string;
  /** The package itself. */
  readonly folder: string;
  /** One text for all that is in the package: names, kinds, permissions and content. */
  digest(): Promise<string>;
  remove(): Promise<void>;
}

/** Packs a copy of the checkout, since packing builds anew, and installs what comes of it globally in a temporary place. */
export async function installPackage(): Promise<Installed> {
  const place = await mkdtemp(join(tmpdir(), 'decnet-installed-'));
  const remove = (): Promise<void> => rm(place, { recursive: true, force: true });
  try {
    const [checkout, tarballs, prefix] = [
      join(place, 'checkout'),
      join(place, 'tarballs'),
      join(place, 'prefix'),
    ];
    await copyCheckout(checkout);
    await mkdir(tarballs);
    await npm(checkout, 'pack', '--pack-destination', tarballs);
    const [name = ''] = await readdir(tarballs);
    const tarball = join(tarballs, name);
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier'];
    await npm(place, 'install', '--global', '--prefix', prefix, ...quiet, tarball);
    const folder = join(prefix, 'lib/node_modules/decnet-engine');
    return {
      packed: await listTarball(tarball),
      prefix,
      decnet: join(prefix, 'bin/decnet'),
      folder,
      digest: () => digestOf(folder),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Tests and all: what is not to be packed has to be there to be left out. */
async function copyCheckout(to: string): Promise<void> {
  const from = packageRoot();
  const left = new Set(['.git', 'dist', 'man', 'node_modules']);
  await cp(from, to, {
    recursive: true,
    filter: (path) => !left.has(relative(from, path).split(sep)[0] ?? ''),
  });
  await symlink(join(from, 'node_modules'), join(to, 'node_modules'));
}

async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)('npm', args, { cwd, maxBuffer: 2 ** 26 });
}

async function listTarball(tarball: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('tar', ['-tzf', tarball], { maxBuffer: 2 ** 26 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^package\//, ''));
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, name);
    const seen = await lstat(path);
    hash.update(`${name}\0${seen.mode}\0`);
    if (seen.isFile()) hash.update(await readFile(path));
  }
  return hash.digest('hex');
}
