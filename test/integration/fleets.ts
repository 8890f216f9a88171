import type { FleetInput } from '../../src/fleet/schema.ts';

/** Addresses of the lab for deckies. */
const range = '198.51.100.64/27';

/** A small fleet: one decky each for the given services, `box-01` and so on. */
export function smallFleet(name: string, ...services: readonly (readonly string[])[]): FleetInput {
  return fleetFrom(70, name, ...services);
}

/** The same from another address on: for a fleet that stands beside the small one. */
export function fleetFrom(
  first: number,
  name: string,
  ...services: readonly (readonly string[])[]
): FleetInput {
  return {
    name,
    seed: first === 70 ? 'integration' : `integration ${first}`,
    network: { interface: 'eth0', range },
    deckies: services.map((of, index) => ({
      name: `box-0${index + 1}`,
      archetype: 'deaddeck',
      ip: `198.51.100.${first + index}`,
      services: [...of],
    })),
  };
}
