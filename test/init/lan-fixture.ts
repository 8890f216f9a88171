import type { Link } from '../../src/host/host.ts';
import type { Neighbour } from '../../src/host/ip-json.ts';
import type { Here } from '../../src/init/lan.ts';
import { parentLink } from '../fakes/fake-host.ts';

/** A neighbour that answered. */
export function neighbour(address: string, over: Partial<Neighbour> = {}): Neighbour {
  return { address, mac: '02:00:00:00:bb:01', states: ['REACHABLE'], ...over };
}

/** A host, .2 of 198.51.100.0/24, whose gateway is .1. `link`: what else there is to say of its interface. */
export function here(link: Partial<Link> = {}, neighbours: readonly Neighbour[] = []): Here {
  const lan = { ...parentLink, ...link };
  const loopback = { ...parentLink, name: 'lo', mac: '00:00:00:00:00:00', addresses: ['127.0.0.1/8'] };
  return {
    identity: { hostname: 'sensor', machineId: 'machine-1', bootId: 'boot-1' },
    links: [loopback, lan],
    routes: [
      { destination: 'default', link: lan.name, gateway: '198.51.100.1' },
      { destination: '198.51.100.0/24', link: lan.name, gateway: null },
    ],
    neighboursOf: async (name) => (name === lan.name ? neighbours : []),
  };
}
