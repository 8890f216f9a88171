import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DecnetError } from '../../src/errors.ts';
import { probeLinkName } from '../../src/fleet/names.ts';
import type { ResolvedFleet } from '../../src/fleet/resolved.ts';
import { type Bench, createBench, rejection, removeBenches } from '../fakes/bench.ts';
import { parentLink } from '../fakes/fake-host.ts';
import { decky, office } from '../fakes/fleet.ts';
import { onStep } from '../fakes/on-step.ts';
import { lab, standingOf } from '../fakes/side-by-side.ts';

afterAll(removeBenches);

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});

function addNetwork(
  name: string,
  over: { parent?: string; subnet?: string; labels?: Record<string, string> },
): void {
  const { parent = 'eth9', subnet = '203.0.113.0/24', labels = {} } = over;
  const spec = { name, driver: 'macvlan', parent, subnet, gateway: null, ipRange: subnet, labels };
  bench.world.dockerState.networks.set(name, { id: name, spec });
}

describe('a host that can carry the fleet', () => {
  it('answers with the versions, and leaves no trace of the trial', async () => {
    const preflight = onStep(bench, 'preflight');
    expect(await preflight.check()).toEqual({ status: 'absent' });
    expect(await preflight.apply()).toEqual({ engine: '26.1.5', compose: '2.26.1' });
    expect([...bench.world.hostState.links.keys()]).toEqual(['eth0']);
  });

  it('is not tried again where the host link stands', async () => {
    await onStep(bench, 'host-bridge').apply();
    bench.faults.disarm();
    expect(await onStep(bench, 'preflight').check()).toMatchObject({ status: 'satisfied' });
    await onStep(bench, 'preflight').apply();
    expect(bench.faults.calls.filter((call) => call.isEffect)).toEqual([]);
  });
});

it('tells every failed check at once, each with what to do', async () => {
  const { dockerState, hostState } = bench.world;
  hostState.isRoot = false;
  hostState.freeBytes = 900_000_000;
  hostState.links.set('eth0', { ...parentLink, up: false, wireless: true });
  dockerState.engineVersion = '20.10.5';
  addNetwork('other', { parent: 'eth0' });
  const missing = new DecnetError('There is no compose v2 plugin', {
    code: 'COMPOSE_MISSING',
    hint: 'Install it.',
  });
  bench.faults.arm({
    hits: ({ name }) => name === 'compose.version',
    moment: 'before',
    error: () => missing,
  });
  const error = await rejection(onStep(bench, 'preflight').apply());
  expect(error).toMatchObject({
    code: 'PREFLIGHT_REFUSED',
    exitCode: 3,
    hint: expect.stringContaining('Nothing was changed'),
  });
  expect(Object(error).message).toBe(
    [
      'This host cannot carry the fleet:',
      '- this process lacks CAP_NET_ADMIN. Run decnet as root, e.g. with sudo.',
      '- Docker Engine 20.10.5 is too old. Install Docker Engine 24 or later.',
      '- There is no compose v2 plugin. Install it.',
      '- interface eth0 is down. Bring it up: ip link set eth0 up',
      '- interface eth0 is wireless, and most access points drop macvlan frames. Set network.driver: ipvlan.',
      '- Docker network other is on eth0 already. Remove it if it is not needed: docker network rm other. Or use another interface or subnet.',
      '- only 900 MB are free below /var/lib/docker. Make room for at least 1000 MB: docker system df',
    ].join('\n'),
  );
});

describe('it refuses', () => {
  it.each<[string, () => void, string]>([
    [
      'an engine that does not answer, once',
      () => {
        const error = () =>
          new DecnetError('No Docker Engine at /run/docker.sock', { code: 'DOCKER_UNREACHABLE' });
        const hits = ({ name }: { name: string }) => name.startsWith('docker.');
        bench.faults.arm({ hits, moment: 'before', times: 99, error });
      },
      '- No Docker Engine at /run/docker.sock. Run again with --debug.',
    ],
    [
      'an interface that is not there, naming those that are',
      () => {
        bench.world.hostState.links.delete('eth0');
        bench.world.hostState.links.set('ens3', { ...parentLink, name: 'ens3' });
      },
      '- there is no interface eth0. Set network.interface to one of: ens3',
    ],
    [
      'a kernel that cannot make such a link',
      () => bench.world.hostState.kinds.clear(),
      '- This kernel has no macvlan. Use another.',
    ],
    [
      'a network of our name that is not ours',
      () => addNetwork('decnet-lan.eth0', {}),
      '- Docker network decnet-lan.eth0 is there and not ours.',
    ],
    [
      'a pool that overlaps the subnet',
      () => addNetwork('other', { subnet: '198.51.0.0/16' }),
      '- Docker network other overlaps 198.51.100.0/24 (198.51.0.0/16).',
    ],
    [
      'a link of our name that is not ours',
      () =>
        bench.world.hostState.links.set('dn-office', { ...parentLink, name: 'dn-office', alias: 'uplink' }),
      '- link dn-office is there and not ours.',
    ],
    [
      'a parent that carries links of the other kind',
      () =>
        bench.world.hostState.links.set('ipv', {
          ...parentLink,
          name: 'ipv',
          kind: 'ipvlan',
          parent: 'eth0',
        }),
      '- eth0 already carries ipvlan link ipv, and cannot carry both kinds. Remove it, or set',
    ],
    [
      'another driver than that of the deployment that stands',
      () =>
        bench.world.hostState.links.set('dn-office', {
          ...parentLink,
          name: 'dn-office',
          alias: 'decnet:office',
          kind: 'ipvlan',
          parent: 'eth0',
        }),
      "- eth0 already carries ipvlan link dn-office, and cannot carry both kinds. It is this deployment's: take that down first with decnet teardown, or set network.driver: ipvlan.",
    ],
  ])('%s', async (_, prepare, line) => {
    prepare();
    const { message } = Object(await rejection(onStep(bench, 'preflight').apply()));
    expect(message.split('\n')).toHaveLength(2);
    expect(message).toContain(line);
  });

  it('a fleet that wants the network of its interface otherwise than another deployment on it', async () => {
    const other = await createBench(bench);
    await other.deploy({ fleet: lab() });
    const fleet = office({ network: { ...office().network, gateway: '198.51.100.9' } });
    const { message } = Object(await rejection(onStep(bench, 'preflight', fleet).apply()));
    expect(message).toContain(
      '- Docker network decnet-lan.eth0 carries lab and differs (gateway is 198.51.100.1, wanted 198.51.100.9). Give the fleet what lab has',
    );
    await onStep(bench, 'preflight').apply();
  });

  it.each<[string, ResolvedFleet, string]>([
    ['decky', lab({ deckies: [decky('printer-01', 71, ['http'])] }), '198.51.100.71'],
    ['host link', lab({ network: { ...lab().network, bridgeAddress: '198.51.100.70' } }), '198.51.100.70'],
  ])("an address that is that of another deployment's %s, naming it", async (_, fleet, address) => {
    const other = await createBench(bench);
    await other.deploy({ fleet });
    const { message } = Object(await rejection(onStep(bench, 'preflight').apply()));
    expect(message.split('\n')).toHaveLength(2);
    expect(message).toContain(`- address ${address} is deployment lab's. Give the decky another ip`);
  });

  it('another interface or driver for a deployment that stands, before anything is changed', async () => {
    await bench.deploy();
    bench.world.hostState.links.set('eth1', { ...parentLink, name: 'eth1' });
    const moved = office({ network: { ...office().network, interface: 'eth1' } });
    const before = standingOf(bench, 'office');
    expect(await rejection(bench.deploy({ fleet: moved }))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(
        '- this deployment stands on Docker network decnet-lan.eth0, and the fleet wants decnet-lan.eth1. Take it down first with: decnet teardown',
      ),
    });
    const other = office({ network: { ...office().network, subnet: '198.51.100.0/25' } });
    expect(await rejection(bench.deploy({ fleet: other }))).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('decnet-lan.eth0 carries this deployment and differs (subnet is'),
    });
    expect(standingOf(bench, 'office')).toEqual(before);
  });

  it('nothing on a foreign network whose name only contains ours', async () => {
    addNetwork('old-decnet-office-2', { labels: { 'decnet.deployment': 'office-2' } });
    await onStep(bench, 'preflight').apply();
  });
});

describe('an address that somebody has', () => {
  const mac = '02:00:00:00:bb:01';

  beforeEach(() => {
    bench.world.hostState.lan.set('198.51.100.70', mac).set('198.51.100.95', mac);
  });

  it('is refused by check, with its holder and what is free', async () => {
    const error = await rejection(onStep(bench, 'preflight').check());
    expect(error).toMatchObject({ code: 'PREFLIGHT_REFUSED', exitCode: 3 });
    expect(Object(error).message).toBe(
      [
        'This host cannot carry the fleet:',
        `- 198.51.100.70 of decky files-01 is in use: ${mac} answers for it on eth0. Free it, or give files-01 another ip (free after it: 198.51.100.72, 198.51.100.73, 198.51.100.74).`,
        `- 198.51.100.95 of the host link is in use: ${mac} answers for it on eth0. Free it, or set a network.range without it.`,
      ].join('\n'),
    );
    expect([...bench.world.hostState.links.keys()]).toEqual(['eth0']);
  });

  it('is asked for once, before anything is tried', async () => {
    bench.world.hostState.lan.clear();
    bench.faults.disarm();
    await onStep(bench, 'preflight').check();
    await onStep(bench, 'preflight').apply();
    const calls = bench.faults.calls.map(({ name }) => name);
    expect(calls.filter((name) => name === 'host.findHolders')).toHaveLength(1);
    expect(calls.indexOf('host.findHolders')).toBeLessThan(calls.indexOf('host.addLink'));
  });

  it('is told with all else that is wrong', async () => {
    bench.world.hostState.freeBytes = 1;
    const { message } = Object(await rejection(onStep(bench, 'preflight').check()));
    expect(message.split('\n')).toHaveLength(4);
  });

  it('is not looked for without the right to ask, nor without an engine that knows what is ours', async () => {
    const isAsked = () => bench.faults.calls.some(({ name }) => name === 'host.findHolders');
    bench.world.hostState.isRoot = false;
    await rejection(onStep(bench, 'preflight').check());
    expect(isAsked()).toBe(false);
    bench.world.hostState.isRoot = true;
    bench.faults.arm({ hits: ({ name }) => name.startsWith('docker.'), moment: 'before', times: 99 });
    await onStep(bench, 'preflight').check();
    expect(isAsked()).toBe(false);
  });

  it('may be pinned in the neighbour table', async () => {
    const { lan, pinned } = bench.world.hostState;
    lan.clear();
    pinned.set('eth0 198.51.100.71', mac);
    const { message } = Object(await rejection(onStep(bench, 'preflight').check()));
    expect(message).toContain(
      `- 198.51.100.71 of decky web-01 is pinned to ${mac} in the neighbour table of eth0. Free it, or`,
    );
  });
});

it('takes back the trial that a kill has left, with or without its mark', async () => {
  const name = probeLinkName('office');
  bench.world.hostState.links.set(name, { ...parentLink, name, alias: null });
  await onStep(bench, 'preflight').undo();
  expect(bench.world.hostState.links.has(name)).toBe(false);
});

it('lets wireless interfaces carry ipvlan', async () => {
  bench.world.hostState.links.set('eth0', { ...parentLink, wireless: true });
  const { network } = office();
  const fleet = office({ network: { ...network, driver: 'ipvlan', bridgeMac: null } });
  await onStep(bench, 'preflight', fleet).apply();
});
