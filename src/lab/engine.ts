import { access, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, hashInputs } from '../debian/cache.ts';
import { downloadPackages } from '../debian/download.ts';
import type { DebianMachine } from '../debian/machine.ts';
import type { DebianTools } from '../debian/root.ts';
import { linkMergedUsr, unpackPackages } from '../debian/unpack.ts';
import type { Exec } from '../exec.ts';
import type { LabOptions } from './options.ts';
import { debianOptions } from './options.ts';

/** Where the lab's Docker and network programs are. */
export interface Engine {
  /** A folder with `usr/bin` and so on; null: the machine's own are used. */
  readonly prefix: string | null;
  /** Folders to put before PATH. */
  readonly path: readonly string[];
  /** Folders of shared libraries that the programs need. */
  readonly libraries: readonly string[];
  /** Folders of iptables' extensions: at most one. */
  readonly extensions: readonly string[];
  /** Folders of Docker's command line plugins. */
  readonly plugins: readonly string[];
}

/** Add one to have every prefix made anew. */
const layout = 1;

/** Bookworm's Docker is too old and comes without compose v2; trixie's runs on bookworm's libc. */
export const dockerRelease = 'trixie';
export const dockerPackages: readonly string[] = [
  'docker.io',
  'docker-cli',
  'docker-compose',
  'docker-buildx',
];

/** From the machine's own release; what it has already does not come again. */
const otherPackages = ['containerd', 'runc', 'tini', 'iproute2', 'iptables', 'nftables', 'mount'];

/** What update-alternatives would have linked: the nft flavour, as on a fresh Debian. */
const iptablesNames = [
  'iptables',
  'iptables-save',
  'iptables-restore',
  'ip6tables',
  'ip6tables-save',
  'ip6tables-restore',
];

/** The machine's own Docker where it is new enough; else Debian's, unpacked into the cache. */
export async function ensureEngine(
  tools: DebianTools,
  machine: DebianMachine,
  cache: string,
  options: LabOptions,
): Promise<Engine> {
  if (await lendsEngine(tools.exec, options.signal))
    return { prefix: null, path: [], libraries: [], extensions: [], plugins: [] };
  const packages = [...dockerPackages, ...otherPackages];
  const hash = hashInputs([layout, machine.architecture, machine.codename, ...packages]);
  const prefix = await cached(cache, `engine-${hash}`, async (workFolder) => {
    options.onProgress('unpacking Docker; the packages of this machine stay as they are');
    const downloads = join(workFolder, 'apt');
    await mkdir(downloads);
    const request = {
      archive: machine.archive,
      releases: [...new Set([machine.codename, dockerRelease])],
      packages,
      pin: { release: dockerRelease, packages: dockerPackages },
      status: '/var/lib/dpkg/status',
    };
    const files = await downloadPackages(tools.exec, request, downloads, debianOptions(options));
    const root = join(workFolder, 'root');
    await linkMergedUsr(root);
    await unpackPackages(tools.pipe, files, root, options.signal);
    await linkIptables(join(root, 'usr/sbin'));
    return root;
  });
  return describeEngine(prefix);
}

/** Whether the machine has Docker 24 or later with compose v2, client and engine. */
async function lendsEngine(exec: Exec, signal: AbortSignal): Promise<boolean> {
  const print = async (file: string, args: readonly string[]): Promise<string> =>
    exec(file, args, { signal }).then(
      (result) => (result.exitCode === 0 ? result.stdout : ''),
      () => '',
    );
  const engine = /version (\d+)\./.exec(await print('dockerd', ['--version']))?.[1];
  if (engine === undefined || Number(engine) < 24) return false;
  if ((await print('ip', ['-Version'])) === '') return false;
  return /^v?[2-9]/.test(await print('docker', ['compose', 'version', '--short']));
}

async function describeEngine(prefix: string): Promise<Engine> {
  const library = join(prefix, 'usr/lib');
  const triplets = (await readdir(library)).filter((name) => name.includes('-linux-gnu'));
  const libraries = triplets.map((name) => join(library, name));
  const names = await Promise.all(libraries.map((folder) => readdir(folder)));
  return {
    prefix,
    path: [join(prefix, 'usr/sbin'), join(prefix, 'usr/bin')],
    libraries,
    extensions: libraries
      .filter((_, index) => names[index]?.includes('xtables'))
      .map((folder) => join(folder, 'xtables')),
    plugins: [join(prefix, 'usr/libexec/docker/cli-plugins')],
  };
}

async function linkIptables(folder: string): Promise<void> {
  const unpacked = await access(join(folder, 'xtables-nft-multi')).then(
    () => true,
    () => false,
  );
  if (!unpacked) return;
  for (const name of iptablesNames) await symlink('xtables-nft-multi', join(folder, name));
}
