import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallFleet } from './fleets.ts';
import { run, succeed } from './on-lab.ts';
import { openSite, type Site } from './site.ts';

const address = '198.51.100.70';
const first = '00:11:32:00:00:01';
const second = '00:11:32:00:00:02';

let site: Site;

beforeAll(async () => {
  site = await openSite(fleetWith(first));
});

afterAll(() => site?.close());

function fleetWith(mac: string) {
  const fleet = smallFleet('moved', ['redis']);
  return { ...fleet, deckies: fleet.deckies.map((decky) => ({ ...decky, mac })) };
}

async function cachedMac(): Promise<string | undefined> {
  const shown = await succeed('attacker', 'ip', 'neigh', 'show', address, 'dev', 'eth0');
  return /lladdr (\S+)/.exec(shown)?.[1];
}

it('an address that comes back with another MAC is reached at once by who has the old one cached', async () => {
  await site.succeed('deploy');
  await succeed('attacker', 'redis-cli', '-h', address, 'PING');
  expect(await cachedMac()).toBe(first);
  await site.succeed('teardown');
  await site.write(fleetWith(second));
  // As if the attacker had talked to it just now: it would ask nobody who has the address.
  const cache = ['ip', 'neigh', 'replace', address, 'lladdr', first, 'dev', 'eth0', 'nud', 'reachable'];
  await succeed('attacker', ...cache);
  await site.succeed('deploy');
  expect(await cachedMac()).toBe(second);
  expect(await run('attacker', 'redis-cli', '-h', address, 'PING')).toMatchObject({ stdout: 'PONG\n' });
});
