import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Value } from './complete.ts';
import type { ValueSources } from './values.ts';

/** Names that a command line may hold, from what is at hand: the catalogue, the state file, this host. */
export function namesHere(templates: string): ValueSources {
  const deckies = async ({ options }: Value): Promise<readonly string[]> => {
    const { recordedDeployment } = await import('../known-here.ts');
    return (await recordedDeployment(options.state)).deckies;
  };
  return {
    archetype: () => keysOf(join(templates, 'archetypes.yaml')),
    distro: () => keysOf(join(templates, 'distros.yaml')),
    service: () => servicesIn(templates),
    interface: async () => Object.keys(networkInterfaces()).filter((name) => name !== 'lo'),
    id: async () => [...(await import('../../steps/index.ts')).steps.keys()],
    decky: deckies,
    deckies,
  };
}

// Not by the catalogue: it checks all that it reads, and Tab has no time for that.
async function keysOf(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8');
  return [...text.matchAll(/^([a-z][a-z0-9-]*):/gm)].flatMap(([, name]) => name ?? []);
}

async function servicesIn(templates: string): Promise<readonly string[]> {
  const names = await readdir(templates);
  return names.filter((name) => existsSync(join(templates, name, 'service.yaml')));
}
