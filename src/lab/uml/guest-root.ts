import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, hashInputs } from '../../debian/cache.ts';
import type { DebianMachine } from '../../debian/machine.ts';
import { type DebianTools, makeMixedRoot, rootRelease, runForRoot } from '../../debian/root.ts';
import { unpackPackages } from '../../debian/unpack.ts';
import { DecnetError } from '../../errors.ts';
import { packageRoot } from '../../package-root.ts';
import { dockerPackages, dockerRelease } from '../engine.ts';
import type { LabOptions } from '../options.ts';
import { debianOptions } from '../options.ts';
import { fetchKernel } from './kernel.ts';

/** Add one to have every root made anew. */
const layout = 1;

/** What the lab and its Docker need, and the libraries of the machine's node, which is lent to the guest. */
const packages = [
  ...dockerPackages,
  'containerd',
  'dpkg',
  'iproute2',
  'kmod',
  'libatomic1',
  'libstdc++6',
  'mount',
  'nftables',
  'runc',
  'tcc',
  'tini',
  'util-linux',
];

/**
 * The guest's first process. The root does not depend on the checkout: what to do comes from there, by a
 * path below it that the kernel takes from its command line into the environment.
 */
const firstProcess = `#!/bin/bash
/usr/bin/mount -t hostfs -o ro,/checkout none /checkout
exec /bin/bash "/checkout/$GUEST_INIT"
`;

/** Where the first process and the folders that are lent to the guest are, in its root. */
export const guestPaths = {
  firstProcess: '/sbin/decnet-init',
  kernel: '/usr/bin/linux.uml',
  /** What the kernel is started with: `registers.c`. */
  registers: '/usr/lib/uml/registers.so',
} as const;

const mountPoints = ['checkout', 'cache/decnet', 'node', 'opt'];

/**
 * The root file system of the virtual machine, its kernel and modules in it, in the cache; made when it is
 * missing. It is a plain folder, which User-Mode Linux boots from as it is, read-only: no disk image.
 * Rejects with `UML_UNAVAILABLE` where the kernel cannot be had.
 */
export async function ensureGuestRoot(
  tools: DebianTools,
  machine: DebianMachine,
  cache: string,
  options: LabOptions,
): Promise<string> {
  const registers = await readFile(join(packageRoot(), 'src/lab/uml/registers.c'), 'utf8');
  const release = [machine.architecture, rootRelease, dockerRelease];
  const inputs = [layout, ...release, firstProcess, registers, ...packages];
  return cached(cache, `guest-${hashInputs(inputs)}`, async (workFolder) => {
    options.onProgress('making the virtual machine: a kernel with ipvlan, and Docker');
    const kernel = await fetchKernel(tools, machine, join(workFolder, 'kernel'), options);
    const root = join(workFolder, 'root');
    const request = {
      archive: machine.archive,
      releases: [rootRelease, dockerRelease],
      packages,
      pin: { release: dockerRelease, packages: dockerPackages },
    };
    const folders = { root, downloads: join(workFolder, 'apt') };
    await makeMixedRoot(tools, request, folders, debianOptions(options));
    await addKernel(tools, kernel, root, options.signal);
    await addRegisters(tools, registers, root, options.signal);
    await configure(root);
    await rm(folders.downloads, { recursive: true });
    return root;
  });
}

async function addKernel(tools: DebianTools, file: string, root: string, signal: AbortSignal): Promise<void> {
  await unpackPackages(tools.pipe, [file], root, signal);
  const [release] = await readdir(join(root, 'usr/lib/uml/modules'));
  if (release === undefined) {
    throw new DecnetError(`${file} holds no kernel modules`, { code: 'ROOT_FAILED' });
  }
  // modprobe looks below /lib/modules, and knows what depmod has listed there.
  await mkdir(join(root, 'usr/lib/modules'), { recursive: true });
  const move = ['mv', `/usr/lib/uml/modules/${release}`, '/usr/lib/modules/'];
  for (const command of [move, ['depmod', release]]) await runForRoot(tools.exec, root, command, signal);
}

async function addRegisters(
  tools: DebianTools,
  source: string,
  root: string,
  signal: AbortSignal,
): Promise<void> {
  await writeFile(join(root, 'tmp/registers.c'), source);
  const command = ['tcc', '-shared', '-nostdlib', '-o', guestPaths.registers, '/tmp/registers.c'];
  await runForRoot(tools.exec, root, command, signal);
}

async function configure(root: string): Promise<void> {
  for (const name of mountPoints) await mkdir(join(root, name), { recursive: true });
  await writeFile(join(root, guestPaths.firstProcess), firstProcess);
  await chmod(join(root, guestPaths.firstProcess), 0o755);
  // The lab asks where Debian comes from before it looks into the cache. Nothing is fetched in the guest.
  await mkdir(join(root, 'etc/apt'), { recursive: true });
  await writeFile(join(root, 'etc/apt/sources.list'), `deb file:/debian ${rootRelease} main\n`);
}
