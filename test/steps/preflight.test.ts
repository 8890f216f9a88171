import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DecnetError } from '../../src/errors.ts';
import { probeLinkName } from '../../src/fleet/names.ts';
import { type Bench, createBench, rejection, removeBenches } from '../fakes/bench.ts';
import { parentLink } from '../fakes/fake-host.ts';
import { office } from '../fakes/fleet.ts';
import { onStep } from '../fakes/on-step.ts';

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
      () => addNetwork('decnet-office', {}),
      '- Docker network decnet-office is there and not ours.',
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

  it('nothing on a foreign network whose name only contains ours', async () => {
    addNetwork('old-decnet-office-2', { labels: { 'decnet.deployment': 'office-2' } });
    await onStep(bench, 'preflight').apply();
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
