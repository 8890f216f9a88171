import type { FleetInput } from '../../src/fleet/schema.ts';

/** Addresses of the lab that no test gives out twice at a time: one fleet stands at a time. */
const range = '198.51.100.64/27';

/** A small fleet: one decky each for the given services, `box-01` and so on. */
export function smallFleet(name: string, ...services: readonly (readonly string[])[]): FleetInput {
  return {
    name,
    seed: 'integration',
    network: { interface: 'eth0', range },
    deckies: services.map((of, index) => ({
      name: `box-0${index + 1}`,
      archetype: 'deaddeck',
      ip: `198.51.100.${70 + index}`,
      services: [...of],
    })),
  };
}
