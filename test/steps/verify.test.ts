import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, rejection, removeBenches } from '../fakes/bench.ts';
import { containerNamed, type FakeContainer, stopContainer } from '../fakes/fake-docker.ts';
import { onStep } from '../fakes/on-step.ts';

afterAll(removeBenches);

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
  await bench.deploy();
});

function change(name: string, over: Partial<FakeContainer>): void {
  const found = containerNamed(bench.world.dockerState, name);
  if (found === undefined) throw new Error(`No container ${name}`);
  bench.world.dockerState.containers.set(found.id, { ...found, ...over });
}

it('counts what answers as it should', async () => {
  expect(await onStep(bench, 'verify').check()).toEqual({
    status: 'satisfied',
    output: { deckies: 2, services: 3 },
  });
});

describe('what it names', () => {
  it.each<[string, () => unknown, readonly string[]]>([
    [
      'a base that does not run',
      () => stopContainer(containerNamed(bench.world.dockerState, 'decnet-office.web-01'), 1),
      ['web-01: base container is exited (1)', 'web-01: http (80/tcp) is lost network'],
    ],
    [
      'a service that has stopped',
      () => stopContainer(containerNamed(bench.world.dockerState, 'decnet-office.web-01.http'), 137),
      ['web-01: http (80/tcp) is exited (137)'],
    ],
    [
      'a port that does not listen',
      () => {
        change('decnet-office.web-01.http', { isDeaf: true });
        bench.pass(60_000);
      },
      ['web-01: http (80/tcp) is not listening'],
    ],
    [
      'a MAC that is not the one asked for',
      () => change('decnet-office.web-01', { mac: '02:42:00:00:00:09' }),
      ['web-01: has MAC 02:42:00:00:00:09, wanted 02:00:00:00:00:47'],
    ],
    [
      'an address that does not answer from the host',
      () => {
        const { hostState } = bench.world;
        hostState.routes = hostState.routes.filter((route) => route.destination !== '198.51.100.71/32');
      },
      ['web-01: 198.51.100.71 does not answer on dn-office'],
    ],
    [
      'an address that another machine answers for too',
      () => bench.world.hostState.lan.set('198.51.100.71', '02:00:00:00:bb:01'),
      ['web-01: 02:00:00:00:bb:01 answers for 198.51.100.71 too'],
    ],
  ])('is %s', async (_, harm, differences) => {
    harm();
    expect(await onStep(bench, 'verify').check()).toEqual({ status: 'drifted', differences });
  });

  it('is a decky that never announced its MAC', async () => {
    const egress = { rules: 'closed', refused: 0 };
    Object.assign(bench.world.host, { baseState: async () => ({ announced: false, egress }) });
    expect(await onStep(bench, 'verify').check()).toMatchObject({
      differences: ['files-01: has not announced its MAC', 'web-01: has not announced its MAC'],
    });
  });

  it('is a base that does not hold the rules for its way out', async () => {
    change('decnet-office.web-01', { egress: 'changed' });
    expect(await onStep(bench, 'verify').check()).toEqual({
      status: 'drifted',
      differences: ['web-01: the rules for its way out are changed'],
    });
  });
});

it('does not wait for a base that says why it cannot start', async () => {
  const fault =
    '<131>1 2026-02-03T04:05:06Z WEB-01 base 1 fault [decnet@32473 text="the way out cannot be closed" error="no nftables"] fault';
  const base = containerNamed(bench.world.dockerState, 'decnet-office.web-01');
  stopContainer(base, 1);
  change('decnet-office.web-01', { log: ['<134>1 …', fault] });
  const before = bench.options.engine.now();
  expect(await rejection(onStep(bench, 'verify').apply())).toMatchObject({
    code: 'BASE_FAULT',
    message: 'web-01 cannot start: the way out cannot be closed: no nftables',
    hint: expect.stringContaining('egress.policy: open'),
  });
  expect(bench.options.engine.now()).toBe(before);
});

it('waits for a service that is still starting', async () => {
  change('decnet-office.web-01.http', { isDeaf: true });
  const { engine } = bench.options;
  let naps = 0;
  bench.options.engine = {
    ...engine,
    sleep: async (milliseconds, signal) => {
      naps += 1;
      if (naps === 3) change('decnet-office.web-01.http', { isDeaf: false });
      await engine.sleep(milliseconds, signal);
    },
  };
  await onStep(bench, 'verify').apply();
  expect(naps).toBe(3);
});

it('waits for no other machine to give up the address of a decky', async () => {
  bench.world.hostState.lan.set('198.51.100.71', '02:00:00:00:bb:01');
  const before = bench.options.engine.now();
  expect(await rejection(onStep(bench, 'verify').apply())).toMatchObject({
    code: 'NOT_VERIFIED',
    message: 'Not as it should be: web-01: 02:00:00:00:bb:01 answers for 198.51.100.71 too',
  });
  expect(bench.options.engine.now()).toBe(before);
});

it('gives up after a minute and a half, and says what is not as it should be', async () => {
  change('decnet-office.web-01.http', { isDeaf: true });
  const before = bench.options.engine.now();
  expect(await rejection(onStep(bench, 'verify').apply())).toMatchObject({
    code: 'NOT_VERIFIED',
    message: 'Not as it should be: web-01: http (80/tcp) is not listening',
    hint: expect.stringContaining('decnet status'),
  });
  const waited = bench.options.engine.now() - before;
  expect(waited).toBeGreaterThanOrEqual(90_000);
  expect(waited).toBeLessThanOrEqual(91_000);
});

it.each([
  [
    'a base',
    'decnet-office.web-01',
    'web-01: base container is exited (137); web-01: http (80/tcp) is lost network',
  ],
  ['a service', 'decnet-office.web-01.http', 'web-01: http (80/tcp) is exited (137)'],
])('does not wait long for %s that has ended for good', async (_, name, what) => {
  stopContainer(containerNamed(bench.world.dockerState, name), 137);
  const before = bench.options.engine.now();
  expect(await rejection(onStep(bench, 'verify').apply())).toMatchObject({
    code: 'NOT_VERIFIED',
    message: `Not as it should be: ${what}`,
  });
  const waited = bench.options.engine.now() - before;
  expect(waited).toBeGreaterThanOrEqual(5_000);
  expect(waited).toBeLessThanOrEqual(6_000);
});

it('waits for a service that Docker is about to start again', async () => {
  change('decnet-office.web-01.http', { state: 'restarting', exitCode: 1 });
  const { engine } = bench.options;
  const before = engine.now();
  bench.options.engine = {
    ...engine,
    sleep: async (milliseconds, signal) => {
      if (engine.now() - before > 20_000) change('decnet-office.web-01.http', { state: 'running' });
      await engine.sleep(milliseconds, signal);
    },
  };
  await onStep(bench, 'verify').apply();
  expect(engine.now() - before).toBeGreaterThan(20_000);
});
