import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { NetworkSpec } from '../../src/docker/docker.ts';
import { type Bench, createBench, rejection, removeBenches, without } from '../fakes/bench.ts';
import { aContainer, type FakeContainer, stopContainer } from '../fakes/fake-docker.ts';
import { deleteLink } from '../fakes/fake-host.ts';
import { decky, office } from '../fakes/fleet.ts';
import { onStep } from '../fakes/on-step.ts';
import { lab } from '../fakes/side-by-side.ts';

afterAll(removeBenches);

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});

function change(over: Partial<NetworkSpec>): void {
  const { networks } = bench.world.dockerState;
  for (const [id, { spec }] of networks) networks.set(id, { id, spec: { ...spec, ...over } });
}

function addContainer(name: string, over: Pick<FakeContainer, 'networkMode' | 'state'>): void {
  bench.world.dockerState.containers.set(name, { ...aContainer(name), ...over });
}

const specs = () => [...bench.world.dockerState.networks.values()].map(({ spec }) => spec);

it("makes a marked network that is no deployment's, and that hands out no address by itself", async () => {
  await onStep(bench, 'network').apply();
  expect(specs()).toEqual([
    {
      name: 'decnet-lan.eth0',
      driver: 'macvlan',
      parent: 'eth0',
      subnet: '198.51.100.0/24',
      gateway: '198.51.100.1',
      ipRange: '198.51.100.0/32',
      labels: { 'decnet.network': 'eth0' },
    },
  ]);
  expect(await onStep(bench, 'network').check()).toMatchObject({ status: 'satisfied' });
});

it('gives Docker the address of the host link for a gateway where the LAN has none', async () => {
  const fleet = office({ network: { ...office().network, gateway: null } });
  await onStep(bench, 'network', fleet).apply();
  expect(specs()).toMatchObject([{ gateway: '198.51.100.95' }]);
  expect(await onStep(bench, 'network', fleet).check()).toMatchObject({ status: 'satisfied' });
});

it.each([
  ['fewer deckies', without(office(), 'web-01')],
  ['other deckies', office({ deckies: [...office().deckies, decky('new-01', 80, ['ssh'])] })],
])('keeps one that was made for others, now with %s: their addresses are fixed', async (_, fleet) => {
  await onStep(bench, 'network').apply();
  expect(await onStep(bench, 'network', fleet).check()).toMatchObject({ status: 'satisfied' });
});

describe('a network of ours that differs', () => {
  it.each<[Partial<NetworkSpec>, string]>([
    [{ driver: 'ipvlan' }, 'driver is ipvlan, wanted macvlan'],
    [{ parent: 'eth1' }, 'parent is eth1, wanted eth0'],
    [{ subnet: '203.0.113.0/24' }, 'subnet is 203.0.113.0/24, wanted 198.51.100.0/24'],
    [{ gateway: '198.51.100.9' }, 'gateway is 198.51.100.9, wanted 198.51.100.1'],
  ])('by %o is named, and replaced while it is empty', async (over, difference) => {
    await onStep(bench, 'network').apply();
    const wanted = specs();
    change(over);
    expect(await onStep(bench, 'network').check()).toMatchObject({
      status: 'drifted',
      differences: expect.arrayContaining([difference]),
    });
    await onStep(bench, 'network').apply();
    expect(specs()).toEqual(wanted);
  });

  it('is left alone while containers are in it', async () => {
    await bench.deploy();
    change({ gateway: '198.51.100.9' });
    const fleet = office({ deckies: [...office().deckies, decky('new-01', 80, ['ssh'])] });
    expect(await rejection(onStep(bench, 'network', fleet).apply())).toMatchObject({
      code: 'NETWORK_IN_USE',
      message: expect.stringContaining('decnet-office.files-01'),
      hint: expect.stringContaining('decnet teardown'),
    });
    expect(specs()).toHaveLength(1);
  });
});

describe('a network that another deployment is on', () => {
  let other: Bench;
  const remake = (over: Partial<NetworkSpec>) => {
    change(over);
    return specs();
  };
  beforeEach(async () => {
    other = await createBench(bench);
    await other.deploy({ fleet: lab() });
  });

  it('is shared as it is, and left by undo until the last one is out', async () => {
    const made = specs();
    expect(await onStep(bench, 'network').check()).toMatchObject({ status: 'satisfied' });
    await bench.deploy();
    await bench.teardown();
    expect(specs()).toEqual(made);
    await other.teardown();
    expect(specs()).toEqual([]);
  });

  it('and that differs is not ours to replace: whose it is and what to do is told', async () => {
    const made = remake({ subnet: '198.51.100.0/25' });
    const found = {
      found:
        'Docker network decnet-lan.eth0, which carries lab and differs (subnet is 198.51.100.0/25, wanted 198.51.100.0/24)',
      hint: 'Give the fleet what lab has, or another interface; or take that down first.',
    };
    expect(await onStep(bench, 'network').check()).toEqual({ status: 'foreign', ...found });
    expect(await rejection(onStep(bench, 'network').apply())).toMatchObject({
      message: expect.stringContaining(found.found),
      hint: found.hint,
    });
    expect(specs()).toEqual(made);
  });

  it('stays while only containers that do not run tell of it', async () => {
    const { dockerState, hostState } = bench.world;
    deleteLink(hostState, 'dn-lab');
    for (const container of dockerState.containers.values()) stopContainer(container, 255);
    await onStep(bench, 'network').undo();
    await onStep(bench, 'host-bridge').undo();
    expect(specs()).toHaveLength(1);
  });
});

describe('the gateway, where the LAN has none', () => {
  const fleet = office({ network: { ...office().network, gateway: null } });

  it('is whatever the network has', async () => {
    await onStep(bench, 'network').apply();
    change({ gateway: '198.51.100.9' });
    expect(await onStep(bench, 'network', fleet).check()).toMatchObject({ status: 'satisfied' });
  });

  it("is no decky's address, which Docker would keep to itself", async () => {
    await onStep(bench, 'network').apply();
    change({ gateway: '198.51.100.70' });
    expect(await onStep(bench, 'network', fleet).check()).toEqual({
      status: 'drifted',
      differences: ["gateway is 198.51.100.70, which is a decky's address"],
    });
  });
});

describe('a container that is not ours on the network', () => {
  const put = async (): Promise<void> => {
    await onStep(bench, 'network').apply();
    addContainer('somebody', { networkMode: 'decnet-lan.eth0', state: 'exited' });
  };

  it('keeps it there, and is named', async () => {
    await put();
    expect(await rejection(onStep(bench, 'network').undo())).toMatchObject({
      code: 'NETWORK_IN_USE',
      message: expect.stringContaining('(somebody)'),
      hint: expect.stringContaining('docker network disconnect decnet-lan.eth0 somebody'),
    });
    await onStep(bench, 'host-bridge').undo();
    expect(specs()).toHaveLength(1);
  });
});

describe('a network that decnet 0.1.0 made for the deployment', () => {
  const earlier = { name: 'decnet-office', labels: { 'decnet.deployment': 'office' } };
  beforeEach(async () => {
    await onStep(bench, 'network').apply();
    change(earlier);
  });

  it('is replaced while it is empty', async () => {
    expect(await onStep(bench, 'network').check()).toEqual({
      status: 'drifted',
      differences: ['decnet-office is of an earlier version of decnet'],
    });
    await onStep(bench, 'network').apply();
    expect(specs()).toMatchObject([{ name: 'decnet-lan.eth0' }]);
  });

  it('is not while containers are in it', async () => {
    addContainer('decnet-office.files-01', { networkMode: 'decnet-office', state: 'running' });
    expect(await rejection(onStep(bench, 'network').apply())).toMatchObject({ code: 'NETWORK_IN_USE' });
    expect(specs()).toMatchObject([{ name: 'decnet-office' }]);
  });

  it('is undone too', async () => {
    await onStep(bench, 'network').undo();
    expect(specs()).toEqual([]);
  });
});

describe('a foreign network', () => {
  it('of our name is refused, and undo leaves it', async () => {
    await onStep(bench, 'network').apply();
    change({ labels: {} });
    expect(await onStep(bench, 'network').check()).toEqual({
      status: 'foreign',
      found: 'Docker network decnet-lan.eth0',
    });
    await onStep(bench, 'network').undo();
    expect(specs()).toHaveLength(1);
  });

  it('whose name only contains ours is not taken for ours', async () => {
    await onStep(bench, 'network').apply();
    change({ name: 'decnet-lan.eth0-2', parent: 'eth1' });
    expect(await onStep(bench, 'network').check()).toEqual({ status: 'absent' });
    await onStep(bench, 'network').undo();
    expect(specs()).toHaveLength(1);
  });
});

it('stops a deploy at a foreign network, and touches nothing', async () => {
  bench.world.hostState.isRoot = true;
  await onStep(bench, 'network').apply();
  change({ labels: { 'decnet.deployment': 'other' } });
  expect(await rejection(bench.deploy())).toMatchObject({ code: 'PREFLIGHT_REFUSED', exitCode: 3 });
  expect(specs()).toHaveLength(1);
});

it('is undone without any memory, and twice', async () => {
  await onStep(bench, 'network').apply();
  await onStep(bench, 'network').undo(false);
  await onStep(bench, 'network').undo(false);
  expect(specs()).toEqual([]);
});
