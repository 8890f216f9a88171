import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { labels } from '../fleet/names.ts';
import { deleteLinks, removeNetworks } from './faults.ts';
import { askLab, runOnLab } from './on-lab.ts';
import { deployment, type Site } from './site.ts';

/** Ours and nothing else, by means of our own: after a failure, decnet is not asked. */
export async function removeDeployment({ folder }: Site): Promise<void> {
  const filter = ['--filter', `label=${labels.deployment}=${deployment}`];
  const ids = (await askLab('host', 'docker', 'ps', '--all', '--quiet', ...filter)).split('\n');
  for (const id of ids) if (id !== '') await runOnLab('host', 'docker', 'rm', '--force', id);
  await removeNetworks();
  await deleteLinks();
  for (const name of await readdir(folder)) {
    await rm(join(folder, name), { recursive: true });
  }
  for (const name of await readdir('/run')) {
    if (/^decnet-(host|deployment)-/.test(name)) await rm(join('/run', name));
  }
}
