import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker, run, succeed } from './on-lab.ts';

/** An image that is none of ours: two programs of this machine with the libraries that they need. */
export const foreignImage = 'somebody/else:1';

/** Makes the image where it is not there yet. */
export async function ensureForeignImage(): Promise<void> {
  const { exitCode } = await run('host', 'docker', 'image', 'inspect', foreignImage);
  if (exitCode === 0) return;
  const programs = ['/usr/bin/sleep', '/usr/bin/dd'];
  const libraries = (await succeed('host', 'ldd', ...programs)).match(/\/\S+\.so\S*/g) ?? [];
  const files = [...new Set([...programs, ...libraries])];
  await importTree((archive) =>
    succeed('host', 'tar', '--create', '--dereference', '--file', archive, '--directory', '/', ...files),
  );
}

async function importTree(pack: (archive: string) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'decnet-foreign-'));
  try {
    const archive = join(folder, 'root.tar');
    await pack(archive);
    await docker('import', '--change', 'CMD ["/usr/bin/sleep","infinity"]', archive, foreignImage);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** An image whose program is for no processor that there is. */
export async function importBrokenProgram(tag: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'decnet-foreign-'));
  try {
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin/program'), '\u007fELF of another planet', { mode: 0o755 });
    const archive = join(folder, 'root.tar');
    await succeed('host', 'tar', '--create', '--file', archive, '--directory', folder, 'bin');
    await docker('import', '--change', 'CMD ["/bin/program"]', archive, tag);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Removes Docker objects whether they are there or not. */
export async function removeForeign(names: {
  readonly containers?: readonly string[];
  readonly networks?: readonly string[];
  readonly images?: readonly string[];
  readonly links?: readonly string[];
}): Promise<void> {
  for (const name of names.containers ?? []) await run('host', 'docker', 'rm', '--force', name);
  for (const name of names.networks ?? []) await run('host', 'docker', 'network', 'rm', name);
  for (const name of names.images ?? []) await run('host', 'docker', 'image', 'rm', '--force', name);
  for (const name of names.links ?? []) await run('host', 'ip', 'link', 'delete', name);
}

/** What others have on the lab's host, with names, marks and a place that almost are ours. */
export const neighbours = {
  containers: Array.from({ length: 10 }, (_, index) => `decnet-left.foreign-${index}`),
  networks: ['decnet_lan2', 'my-decnet-lan.eth0-2', 'somebody'],
  links: ['lan-monitor'],
};

/** Puts the neighbours there: a third of the containers on each network, a link on the deckies' parent. */
export async function addNeighbours(): Promise<void> {
  await removeForeign(neighbours);
  await ensureForeignImage();
  for (const [index, network] of neighbours.networks.entries()) {
    await docker('network', 'create', '--subnet', `203.0.113.${index * 64}/26`, network);
  }
  await Promise.all(
    neighbours.containers.map((name, index) => {
      const network = neighbours.networks[index % neighbours.networks.length] ?? '';
      const marks = ['--label', 'decnet.deployments=left', '--label', 'decnet=left'];
      return docker(
        'run',
        '--detach',
        '--init',
        ...marks,
        '--network',
        network,
        '--name',
        name,
        foreignImage,
      );
    }),
  );
  for (const link of neighbours.links) {
    await succeed('host', 'ip', 'link', 'add', link, 'link', 'eth0', 'type', 'macvlan', 'mode', 'bridge');
  }
}

/** The neighbours as they are: what would differ if one was touched. */
export async function lookAtNeighbours(): Promise<readonly string[]> {
  const { containers, networks, links } = neighbours;
  return [
    ...(await docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}} {{.State.Status}}', ...containers)),
    ...(await docker('network', 'inspect', '--format', '{{.Id}} {{len .Containers}}', ...networks)),
    ...(await Promise.all(links.map((link) => succeed('host', 'ip', '-o', 'link', 'show', 'dev', link)))),
  ];
}
