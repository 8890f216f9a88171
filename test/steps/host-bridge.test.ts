import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '../../src/host/host.ts';
import { type Bench, createBench, rejection, removeBenches } from '../fakes/bench.ts';
import { deleteLink } from '../fakes/fake-host.ts';
import { office } from '../fakes/fleet.ts';
import { onStep } from '../fakes/on-step.ts';
import { snapshot } from '../fakes/snapshot.ts';

afterAll(removeBenches);

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
  await onStep(bench, 'host-bridge').apply();
});

const wanted: Link = {
  name: 'dn-office',
  up: true,
  mac: '02:00:00:00:00:ff',
  alias: 'decnet:office',
  kind: 'macvlan',
  mode: 'bridge',
  parent: 'eth0',
  addresses: ['198.51.100.95/32'],
  wireless: false,
  answersForOthers: false,
};
const link = () => bench.world.hostState.links.get('dn-office');
const change = (over: Partial<Link>) => bench.world.hostState.links.set('dn-office', { ...wanted, ...over });

it('makes a marked link with its own address, and a route to each decky and nobody else', async () => {
  const { links, routes } = await snapshot(bench);
  expect(links).toEqual([wanted]);
  expect(routes).toEqual(['198.51.100.70/32', '198.51.100.71/32']);
  expect(await onStep(bench, 'host-bridge').check()).toMatchObject({ status: 'satisfied' });
});

it('is made again when the link is gone', async () => {
  deleteLink(bench.world.hostState, 'dn-office');
  expect(await onStep(bench, 'host-bridge').check()).toEqual({ status: 'absent' });
  await onStep(bench, 'host-bridge').apply();
  expect(link()).toEqual(wanted);
});

describe('a link of ours that differs', () => {
  it.each<[Partial<Link>, string]>([
    [{ parent: 'eth1' }, 'link is a macvlan on eth1 with 02:00:00:00:00:ff, wanted macvlan on eth0'],
    [{ mac: '02:00:00:00:00:01' }, 'link is a macvlan on eth0 with 02:00:00:00:00:01'],
    [{ up: false }, 'link is down'],
    [{ answersForOthers: true }, "link answers for the host's other addresses"],
    [{ addresses: [] }, 'address 198.51.100.95/32 is missing'],
    [{ addresses: ['198.51.100.95/32', '198.51.100.2/24'] }, 'address 198.51.100.2/24 is not wanted'],
  ])('by %o is named and mended', async (over, difference) => {
    change(over);
    const found = await onStep(bench, 'host-bridge').check();
    expect(found).toMatchObject({ status: 'drifted', differences: [expect.stringContaining(difference)] });
    await onStep(bench, 'host-bridge').apply();
    expect(link()).toEqual(wanted);
    expect(await onStep(bench, 'host-bridge').check()).toMatchObject({ status: 'satisfied' });
  });

  it('by a missing and an extra route gets exactly the wanted ones', async () => {
    const { hostState } = bench.world;
    hostState.routes = hostState.routes.filter((route) => route.destination !== '198.51.100.70/32');
    hostState.routes.push({ destination: '198.51.100.1/32', link: 'dn-office', gateway: null });
    expect(await onStep(bench, 'host-bridge').check()).toEqual({
      status: 'drifted',
      differences: ['route to 198.51.100.70/32 is missing', 'route to 198.51.100.1/32 is not wanted'],
    });
    await onStep(bench, 'host-bridge').apply();
    expect((await snapshot(bench)).routes).toEqual(['198.51.100.70/32', '198.51.100.71/32']);
  });
});

describe('what is not ours', () => {
  it('is a link of our name with another alias: refused, and left by undo', async () => {
    change({ alias: 'uplink' });
    expect(await onStep(bench, 'host-bridge').check()).toEqual({
      status: 'foreign',
      found: 'link dn-office',
    });
    await onStep(bench, 'host-bridge').undo();
    expect(link()).toBeDefined();
  });

  it.each<[string, Partial<Link>]>([
    ['is up', { alias: null, addresses: [] }],
    ['has an address', { alias: null, up: false }],
    ['has another MAC', { alias: null, up: false, addresses: [], mac: '02:00:00:00:00:01' }],
  ])('is a link of our name without an alias that %s', async (_, over) => {
    change(over);
    expect(await onStep(bench, 'host-bridge').check()).toMatchObject({ status: 'foreign' });
    await onStep(bench, 'host-bridge').undo();
    expect(link()).toBeDefined();
  });

  it('is a route to a decky that somebody else has set', async () => {
    deleteLink(bench.world.hostState, 'dn-office');
    bench.world.hostState.routes.push({
      destination: '198.51.100.71/32',
      link: 'eth0',
      gateway: '198.51.100.1',
    });
    expect(await onStep(bench, 'host-bridge').check()).toEqual({
      status: 'foreign',
      found: 'route to 198.51.100.71/32 on eth0',
    });
  });
});

it('says that the parent is gone, and what to do', async () => {
  bench.world.hostState.links.delete('eth0');
  expect(await rejection(onStep(bench, 'host-bridge').check())).toMatchObject({
    code: 'NO_SUCH_INTERFACE',
    message: expect.stringContaining('eth0'),
  });
});

it('is undone without any memory, and twice', async () => {
  await onStep(bench, 'host-bridge').undo(false);
  await onStep(bench, 'host-bridge').undo(false);
  expect([...bench.world.hostState.links.keys()]).toEqual(['eth0']);
});

it('has a link for an ipvlan deployment, which has the MAC of its parent', async () => {
  await onStep(bench, 'host-bridge').undo();
  const fleet = office({ network: { ...office().network, driver: 'ipvlan', bridgeMac: null } });
  await onStep(bench, 'host-bridge', fleet).apply();
  expect(link()).toMatchObject({ kind: 'ipvlan', mac: '02:00:00:00:aa:01', mode: 'l2' });
  expect(await onStep(bench, 'host-bridge', fleet).check()).toMatchObject({ status: 'satisfied' });
});
