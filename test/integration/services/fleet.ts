import type { FleetInput } from '../../../src/fleet/schema.ts';
import type { Trial } from './trial.ts';

const first = 100;

/** One decky for each trial, by the service's name. */
export function trialFleet(trials: readonly Trial[]): FleetInput {
  return {
    name: 'services',
    seed: 'every service',
    network: { interface: 'eth0', range: '198.51.100.64/27' },
    deckies: trials.map((trial, index) => ({
      name: `on-${trial.service}`,
      archetype: 'deaddeck',
      ip: addressOf(index),
      ...(trial.distro === undefined ? { distro: 'debian' } : { distro: trial.distro }),
      services: [trial.service],
      ...(trial.config === undefined ? {} : { config: { [trial.service]: { ...trial.config } } }),
    })),
  };
}

/** The address of the trial at a place of the list. */
export function addressOf(index: number): string {
  return `198.51.100.${first + index}`;
}
