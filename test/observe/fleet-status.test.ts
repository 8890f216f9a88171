import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isHealthy, observeFleet } from '../../src/observe/fleet-status.ts';
import { type Bench, createBench, removeBenches } from '../fakes/bench.ts';
import { containerNamed, type FakeContainer, startContainer, stopContainer } from '../fakes/fake-docker.ts';
import { office } from '../fakes/fleet.ts';

afterAll(removeBenches);

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
  await bench.deploy();
});

const observe = () => {
  const { docker, host } = bench.world;
  return observeFleet({ docker, host, now: bench.options.engine.now() }, office());
};

function container(name: string): FakeContainer {
  const found = containerNamed(bench.world.dockerState, name);
  if (found === undefined) throw new Error(`No container ${name}`);
  return found;
}

async function healthOfHttp(): Promise<string | undefined> {
  return (await observe())[1]?.services[0]?.health;
}

it('joins what should be with what is', async () => {
  bench.pass(5_000);
  const [, web] = await observe();
  expect(web).toEqual({
    decky: 'web-01',
    archetype: 'linux-server',
    hostname: 'WEB-01',
    ip: '198.51.100.71',
    mac: '02:00:00:00:00:47',
    wire: { ip: '198.51.100.71', mac: '02:00:00:00:00:47' },
    base: 'up',
    announced: true,
    egress: { rules: 'closed', refused: 0 },
    uptime: 5_000,
    services: [{ service: 'http', ports: [{ port: 80, protocol: 'tcp' }], health: 'healthy' }],
  });
  expect((await observe()).every(isHealthy)).toBe(true);
});

it('costs one list of containers, and one inspection and one look at ports and one at the base a decky', async () => {
  bench.faults.disarm();
  await observe();
  const names = bench.faults.calls.map(({ name }) => name).sort();
  expect(names).toEqual([
    'docker.inspectContainer',
    'docker.inspectContainer',
    'docker.listContainers',
    'host.baseState',
    'host.baseState',
    'host.listeningPorts',
    'host.listeningPorts',
  ]);
});

it('is degraded where the rules of a base are gone or were changed, and not where none were asked for', async () => {
  for (const [rules, isWell] of [
    ['missing', false],
    ['changed', false],
    ['open', true],
    ['closed', true],
    ['not read', true],
  ] as const) {
    container('decnet-office.web-01').egress = rules;
    const [, web] = await observe();
    expect([rules, web !== undefined && isHealthy(web)]).toEqual([rules, isWell]);
  }
});

describe('the health of a service', () => {
  const http = 'decnet-office.web-01.http';
  const base = 'decnet-office.web-01';

  it.each<[string, () => unknown, string]>([
    ['missing', () => bench.world.dockerState.containers.delete(container(http).id), 'missing'],
    ['exited, with its code', () => stopContainer(container(http), 3), 'exited (3)'],
    [
      'restarting, with the code that it ended with',
      () => Object.assign(container(http), { state: 'restarting', exitCode: 3 }),
      'restarting (3)',
    ],
    [
      'created and never started',
      () => {
        container(http).state = 'created';
      },
      'exited (created)',
    ],
    [
      'starting, when it does not listen yet',
      () => {
        container(http).isDeaf = true;
      },
      'starting',
    ],
    [
      'not listening, when it had time enough',
      () => {
        container(http).isDeaf = true;
        bench.pass(15_000);
      },
      'not listening',
    ],
    [
      'without a network, when its base is gone',
      () => bench.world.dockerState.containers.delete(container(base).id),
      'lost network',
    ],
    ['without a network, when its base has stopped', () => stopContainer(container(base), 0), 'lost network'],
    [
      'without a network, when its base has started again',
      () => {
        stopContainer(container(base), 0);
        startContainer(bench.world.dockerState, container(base), bench.options.engine.now());
      },
      'lost network',
    ],
    [
      'without a network, when its base is another container',
      () => {
        const { containers } = bench.world.dockerState;
        const old = container(base);
        containers.delete(old.id);
        containers.set('new', { ...old, id: 'new' });
      },
      'lost network',
    ],
  ])('is seen: %s', async (_, harm, health) => {
    harm();
    expect(await healthOfHttp()).toBe(health);
    expect((await observe()).map(isHealthy)).toEqual([true, false]);
  });

  it('wants every port, and the right protocol', async () => {
    container('decnet-office.web-01.http');
    const { containers } = bench.world.dockerState;
    const found = container(http);
    containers.set(found.id, { ...found, ports: [{ port: 80, protocol: 'udp' }] });
    expect(await healthOfHttp()).toBe('starting');
  });
});

it('sees a base that is missing or has stopped', async () => {
  stopContainer(container('decnet-office.files-01'), 137);
  bench.world.dockerState.containers.delete(container('decnet-office.web-01').id);
  const statuses = await observe();
  expect(statuses.map(({ base, wire, uptime }) => ({ base, wire, uptime }))).toEqual([
    { base: 'exited (137)', wire: null, uptime: null },
    { base: 'missing', wire: null, uptime: null },
  ]);
});

it('tells of no uptime below zero for a base that started since the look began', async () => {
  bench.pass(-3_000);
  expect((await observe()).map(({ uptime }) => uptime)).toEqual([0, 0]);
});
