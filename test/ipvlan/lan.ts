import { expect } from 'vitest';
import type { FleetInput } from '../../src/fleet/schema.ts';
import { smallFleet } from '../integration/fleets.ts';
import { run, succeed } from '../integration/on-lab.ts';
import type { Site } from '../integration/site.ts';
import { troublesOf } from '../integration/site.ts';
import { answersByArp } from '../integration/world.ts';

/** The two deckies of a fleet: address, the port of its one service, and a port where nobody listens. */
export const doors = [
  { ip: '198.51.100.70', open: 22, closed: 6379 },
  { ip: '198.51.100.71', open: 6379, closed: 22 },
] as const;

/**
 * Two deckies, `box-01` with ssh and `box-02` with redis, as children of eth0 by the given driver. Their way out is
 * open: the kernel that these tests run on has no nftables for IP.
 */
export function twoDeckies(name: string, driver: 'macvlan' | 'ipvlan'): FleetInput {
  const fleet = smallFleet(name, ['ssh'], ['redis']);
  return { ...fleet, network: { ...fleet.network, driver }, egress: { policy: 'open' } };
}

/** Whether this kernel takes the rules that deckies are contained by. */
export async function hasNftables(): Promise<boolean> {
  const tried = await run('host', 'unshare', '--net', 'nft', 'add', 'table', 'inet', 'trial');
  return tried.exitCode === 0;
}

/** The MAC of the interface that the deckies are children of. */
export async function parentMac(): Promise<string> {
  const [link] = JSON.parse(await succeed('host', 'ip', '-json', 'link', 'show', 'dev', 'eth0'));
  return link.address;
}

/** Whether the attacker gets through to a port. */
export async function canConnect(ip: string, port: number): Promise<boolean> {
  return (await run('attacker', 'nc', '-z', '-w', '3', ip, String(port))).exitCode === 0;
}

/** The MACs that answer the attacker for each of the two deckies. Asked again, as on a slow machine, one answers twice. */
export async function macsOnTheWire(): Promise<readonly (readonly string[])[]> {
  const answers = doors.map(async ({ ip }) => [...new Set(await answersByArp(ip))]);
  return Promise.all(answers);
}

/** Deploys, and looks from outside: healthy, and every service within the attacker's reach. */
export async function expectDeploys(site: Site): Promise<void> {
  await site.succeed('deploy');
  for (const { ip, open } of doors) expect([ip, await canConnect(ip, open)]).toEqual([ip, true]);
  await expectHealthy(site);
}

export async function expectHealthy(site: Site): Promise<void> {
  const report = await site.status();
  expect(troublesOf(report)).toEqual([]);
  expect(report).toMatchObject({ healthy: true, bridge: true, run: { status: 'succeeded' } });
}
