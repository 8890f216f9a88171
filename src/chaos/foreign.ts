import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labels, linkAlias } from '../fleet/names.ts';
import { labNetwork } from '../lab/layout.ts';
import { askLab, runOnLab } from './on-lab.ts';
import { deployment } from './site.ts';

/*
 * What stands beside the deployment and is not its own, with names and marks that almost are. Every round must
 * leave it as it is.
 */

const image = 'chaos/somebody-else:1';
const neighbour = `${deployment}-2`;
const networks = ['decnet_lan2', `old-decnet-${deployment}-lan`] as const;
/** On the same parent as the deployment's. */
export const foreignLink = 'dn-foreign';

const containers: readonly { readonly name: string; readonly options: readonly string[] }[] = [
  { name: 'somebody-web', options: ['--network', networks[0]] },
  { name: `my-decnet-${deployment}.box-01`, options: ['--network', networks[1]] },
  {
    name: `decnet-${neighbour}.box-01`,
    options: ['--network', 'none', '--label', `${labels.deployment}=${neighbour}`],
  },
];

export async function addForeign(): Promise<void> {
  await removeForeign();
  await importImage();
  for (const name of networks) await askLab('host', 'docker', 'network', 'create', name);
  for (const { name, options } of containers) {
    const run = ['docker', 'run', '--detach', '--init', '--restart', 'always', '--name', name];
    await askLab('host', ...run, ...options, image);
  }
  const parent = ['link', labNetwork.interface, 'alias', linkAlias(neighbour)];
  await askLab('host', 'ip', 'link', 'add', foreignLink, ...parent, 'type', 'macvlan', 'mode', 'bridge');
  await askLab('host', 'ip', 'link', 'set', foreignLink, 'up');
}

/** Whatever is there of it. */
export async function removeForeign(): Promise<void> {
  await runOnLab('host', 'docker', 'rm', '--force', ...containers.map(({ name }) => name));
  for (const name of networks) await runOnLab('host', 'docker', 'network', 'rm', name);
  await runOnLab('host', 'ip', 'link', 'delete', foreignLink);
}

/** An image that is none of ours: a program of this machine with the libraries that it needs. */
async function importImage(): Promise<void> {
  if ((await runOnLab('host', 'docker', 'image', 'inspect', image)).exitCode === 0) return;
  const folder = await mkdtemp(join(tmpdir(), 'decnet-foreign-'));
  try {
    const archive = join(folder, 'root.tar');
    const program = '/usr/bin/sleep';
    const libraries = (await askLab('host', 'ldd', program)).match(/\/\S+\.so\S*/g) ?? [];
    const files = [...new Set([program, ...libraries])];
    const pack = ['tar', '--create', '--dereference', '--file', archive, '--directory', '/'];
    await askLab('host', ...pack, ...files);
    await askLab('host', 'docker', 'import', '--change', 'CMD ["/usr/bin/sleep","infinity"]', archive, image);
  } finally {
    await rm(folder, { recursive: true });
  }
}
