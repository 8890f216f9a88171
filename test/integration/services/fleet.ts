import { loadCatalogue } from '../../../src/fleet/catalogue.ts';
import type { FleetInput } from '../../../src/fleet/schema.ts';
import { templatesFolder } from '../../../src/package-root.ts';
import type { Trial } from './trial.ts';

const first = 100;

/** One decky for each trial, by the service's name. */
export async function trialFleet(trials: readonly Trial[]): Promise<FleetInput> {
  const { archetypes } = await loadCatalogue(templatesFolder());
  const archetypeOf = (distro: string): string =>
    [...archetypes].find(([, { distros }]) => distros.includes(distro))?.[0] ?? `none for ${distro}`;
  return {
    name: 'services',
    seed: 'every service',
    domain: 'corp.example',
    network: { interface: 'eth0', range: '198.51.100.64/27' },
    deckies: trials.map((trial, index) => ({
      name: `on-${trial.service}`,
      archetype: archetypeOf(trial.distro ?? 'debian'),
      ip: addressOf(index),
      distro: trial.distro ?? 'debian',
      services: [trial.service],
      ...(trial.config === undefined ? {} : { config: { [trial.service]: { ...trial.config } } }),
    })),
  };
}

/** The address of the trial at a place of the list. */
export function addressOf(index: number): string {
  return `198.51.100.${first + index}`;
}
