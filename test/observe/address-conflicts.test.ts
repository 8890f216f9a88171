import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { addressClaims } from '../../src/fleet/address-claims.ts';
import type { ResolvedFleet } from '../../src/fleet/resolved.ts';
import { findConflicts } from '../../src/observe/address-conflicts.ts';
import { type Bench, createBench, removeBenches } from '../fakes/bench.ts';
import { containerNamed, startContainer, stopContainer } from '../fakes/fake-docker.ts';
import { parentLink } from '../fakes/fake-host.ts';
import { office } from '../fakes/fleet.ts';

afterAll(removeBenches);

const other = '02:00:00:00:bb:01';
const files = { ip: '198.51.100.70', mac: '02:00:00:00:00:46' };

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});

async function conflicts(onHostLink = false, fleet: ResolvedFleet = office()) {
  const containers = await bench.world.docker.listContainers('decnet.deployment', 'office');
  return findConflicts(bench.world.host, addressClaims(fleet), { containers, onHostLink });
}

const asked = () => bench.faults.calls.filter(({ name }) => name === 'host.findHolders').length;

describe('before anything of the fleet stands', () => {
  it('finds none on a quiet LAN, by one question', async () => {
    expect(await conflicts()).toEqual([]);
    expect(asked()).toBe(1);
  });

  it('names every address that somebody holds, and the next that are free', async () => {
    const { lan } = bench.world.hostState;
    for (const host of [70, 72, 73, 75, 95]) lan.set(`198.51.100.${host}`, other);
    const free = ['198.51.100.74', '198.51.100.76', '198.51.100.77'];
    const holder = { mac: other, isPinned: false };
    expect(await conflicts()).toEqual([
      { ip: files.ip, decky: 'files-01', link: 'eth0', holder, free },
      {
        ip: '198.51.100.95',
        decky: null,
        link: 'eth0',
        holder,
        free: ['198.51.100.64', '198.51.100.65', '198.51.100.66'],
      },
    ]);
  });

  it('names no free address where every one is held', async () => {
    for (let host = 64; host < 96; host += 1) bench.world.hostState.lan.set(`198.51.100.${host}`, other);
    expect((await conflicts()).map(({ free }) => free)).toEqual([[], [], []]);
  });

  it('takes a pinned entry of another MAC for a holder, and one of the right MAC for none', async () => {
    const { pinned } = bench.world.hostState;
    pinned.set(`eth0 ${files.ip}`, files.mac);
    expect(await conflicts()).toEqual([]);
    pinned.set(`eth0 ${files.ip}`, other);
    expect(await conflicts()).toMatchObject([{ holder: { mac: other, isPinned: true } }]);
  });

  it('takes the MAC of the fleet for another machine: the same file was deployed twice', async () => {
    bench.world.hostState.lan.set(files.ip, files.mac);
    expect(await conflicts()).toMatchObject([{ decky: 'files-01', holder: { mac: files.mac } }]);
  });

  it('asks on no link that is down', async () => {
    bench.world.hostState.links.set('eth0', { ...parentLink, up: false });
    expect(await conflicts(true)).toEqual([]);
    expect(asked()).toBe(0);
  });
});

describe('while the fleet runs', () => {
  const base = () => containerNamed(bench.world.dockerState, 'decnet-office.files-01');

  beforeEach(async () => {
    await bench.deploy();
    bench.faults.disarm();
  });

  it('asks nothing', async () => {
    bench.world.hostState.lan.set(files.ip, other);
    expect(await conflicts(true)).toEqual([]);
    expect(asked()).toBe(0);
  });

  it('asks for the address of a base that has stopped', async () => {
    stopContainer(base(), 1);
    bench.world.hostState.lan.set(files.ip, other);
    expect(await conflicts()).toMatchObject([{ decky: 'files-01', holder: { mac: other } }]);
  });

  it('asks for no address that goes from one of our deckies to another', async () => {
    const [first, second] = office().deckies;
    if (first === undefined || second === undefined) throw new Error('There are two');
    const swapped = [
      { ...first, ip: second.ip },
      { ...second, ip: first.ip },
    ];
    expect(await conflicts(true, office({ deckies: swapped }))).toEqual([]);
    expect(asked()).toBe(0);
  });

  it('hears a foreign child of the parent on the host link alone', async () => {
    stopContainer(base(), 1);
    bench.world.hostState.siblings.set(files.ip, other);
    expect(await conflicts(false)).toEqual([]);
    expect(await conflicts(true)).toMatchObject([{ link: 'dn-office', holder: { mac: other } }]);
  });

  it('knows a base that starts again under the question', async () => {
    stopContainer(base(), 1);
    const containers = await bench.world.docker.listContainers('decnet.deployment', 'office');
    const found = base();
    if (found === undefined) throw new Error('It has only stopped');
    startContainer(bench.world.dockerState, found, 0);
    const question = { containers, onHostLink: true };
    expect(await findConflicts(bench.world.host, addressClaims(office()), question)).toEqual([]);
  });
});
