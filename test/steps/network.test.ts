import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { NetworkSpec } from '../../src/docker/docker.ts';
import { type Bench, createBench, rejection, removeBenches, without } from '../fakes/bench.ts';
import { decky, office } from '../fakes/fleet.ts';
import { onStep } from '../fakes/on-step.ts';

afterAll(removeBenches);

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});

function change(over: Partial<NetworkSpec>): void {
  const { networks } = bench.world.dockerState;
  for (const [id, { spec }] of networks) networks.set(id, { id, spec: { ...spec, ...over } });
}

const specs = () => [...bench.world.dockerState.networks.values()].map(({ spec }) => spec);

it('makes a labelled network whose range is the smallest that covers the deckies', async () => {
  await onStep(bench, 'network').apply();
  expect(specs()).toEqual([
    {
      name: 'decnet-office',
      driver: 'macvlan',
      parent: 'eth0',
      subnet: '198.51.100.0/24',
      gateway: '198.51.100.1',
      ipRange: '198.51.100.70/31',
      labels: { 'decnet.deployment': 'office' },
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
  ['deckies outside its range', office({ deckies: [...office().deckies, decky('new-01', 80, ['ssh'])] })],
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

describe('a foreign network', () => {
  it('of our name is refused, and undo leaves it', async () => {
    await onStep(bench, 'network').apply();
    change({ labels: {} });
    expect(await onStep(bench, 'network').check()).toEqual({
      status: 'foreign',
      found: 'Docker network decnet-office',
    });
    await onStep(bench, 'network').undo();
    expect(specs()).toHaveLength(1);
  });

  it('whose name only contains ours is not taken for ours', async () => {
    await onStep(bench, 'network').apply();
    change({ name: 'decnet-office-2' });
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
