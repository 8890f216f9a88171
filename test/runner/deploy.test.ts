import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, rejection, removeBenches, without } from '../fakes/bench.ts';
import { office } from '../fakes/fleet.ts';
import { createSharedBench, expectEmpty, expectFull, idsByName, referenceWorlds } from '../fakes/outcomes.ts';
import { snapshot } from '../fakes/snapshot.ts';

afterAll(removeBenches);

const worlds = await referenceWorlds();
let bench: Bench;
beforeEach(async () => {
  bench = await createSharedBench();
});

const effects = () =>
  bench.faults.calls
    .filter((call) => call.isEffect && !call.name.startsWith('state.'))
    .map(({ name }) => name);

describe('a preflight that refuses', () => {
  it('leaves no state file and no folder .decnet behind', async () => {
    bench.world.hostState.isRoot = false;
    expect(await rejection(bench.deploy())).toMatchObject({ code: 'PREFLIGHT_REFUSED', exitCode: 3 });
    expect(await readdir(dirname(bench.paths.state))).toEqual([]);
    expect(await snapshot(bench)).toEqual(worlds.empty);
  });

  it('keeps the record of a deployment that stands', async () => {
    await bench.deploy();
    bench.world.hostState.freeBytes = 1;
    expect(await rejection(bench.resume())).toMatchObject({ exitCode: 3 });
    expect(await bench.state()).toMatchObject({
      run: { status: 'failed' },
      deployment: { network: 'decnet-lan.eth0' },
    });
    bench.world.hostState.freeBytes = 10 ** 10;
    await bench.resume();
    await expectFull(bench, worlds.full);
  });
});

describe('a preflight that refuses to resume', () => {
  it('does not forget what a failed step had half made', async () => {
    bench.faults.arm({ hits: ({ name }) => name === 'docker.createNetwork', moment: 'after' });
    expect(await rejection(bench.deploy())).toMatchObject({ code: 'FAKE' });
    bench.faults.disarm();
    bench.world.hostState.freeBytes = 1;
    expect(await rejection(bench.resume())).toMatchObject({ code: 'PREFLIGHT_REFUSED' });
    await bench.rollback();
    await expectEmpty(bench, worlds.empty);
  });
});

describe('a second deploy of the same fleet', () => {
  it('keeps every step and has no effect', async () => {
    await bench.deploy();
    const before = idsByName(bench);
    const told = bench.events.length;
    bench.faults.disarm();
    await bench.deploy();
    expect(effects()).toEqual([]);
    const kept = bench.events.slice(told).filter(({ type }) => type === 'step-kept');
    expect(kept).toHaveLength(9);
    expect(idsByName(bench)).toEqual(before);
    await expectFull(bench, worlds.full);
  });

  it('is not tried where it looks the same as the first by its hash alone: the world is asked', async () => {
    await bench.deploy();
    bench.world.dockerState.containers.clear();
    await bench.deploy();
    expect((await snapshot(bench)).containers).toEqual(worlds.full.containers);
  });
});

describe('a changed fleet over a finished deployment', () => {
  it('takes out and puts back what differs, and leaves the other containers alone', async () => {
    await bench.deploy();
    const before = Object.entries(idsByName(bench));
    await bench.deploy({ fleet: without(office(), 'web-01') });
    expect(Object.entries(idsByName(bench))).toEqual(before.filter(([name]) => !name.includes('web-01')));
    await bench.deploy();
    await expectFull(bench, worlds.full);
  });

  it('cannot be rolled back, since what it made cannot be told from what it found', async () => {
    await bench.deploy();
    await bench.deploy({ fleet: without(office(), 'web-01') });
    expect(await rejection(bench.rollback())).toMatchObject({ code: 'UNFINISHED_RUN', exitCode: 4 });
  });

  it('is refused where it goes under another name, with nothing changed', async () => {
    await bench.deploy();
    bench.faults.disarm();
    const error = await rejection(bench.deploy({ fleet: { ...office(), name: 'branch' } }));
    expect(error).toMatchObject({ code: 'OTHER_DEPLOYMENT', exitCode: 4 });
    expect(effects()).toEqual([]);
    await expectFull(bench, worlds.full);
  });
});

it('remembers nothing of a fleet that failed before anything was made, so that the next one may differ', async () => {
  bench.faults.arm({ hits: ({ name }) => name === 'docker.listNetworks', moment: 'before', times: 9 });
  bench.world.hostState.isRoot = false;
  await rejection(bench.deploy({ fleet: without(office(), 'web-01') }));
  bench.world.hostState.isRoot = true;
  bench.faults.disarm();
  await bench.deploy();
  await expectFull(bench, worlds.full);
});

describe('--rollback-on-failure', () => {
  it('takes back at once what was made, and tells the first error', async () => {
    bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'middle' });
    const error = await rejection(bench.deploy({ rollbackOnFailure: true }));
    expect(error).toMatchObject({ code: 'FAKE', exitCode: 1 });
    expect((await bench.state())?.run?.status).toBe('rolled-back');
    await expectEmpty(bench, worlds.empty);
  });

  it('never rolls back a deploy over a deployment that stood', async () => {
    await bench.deploy();
    await bench.teardown({ deckies: ['web-01'] });
    bench.world.dockerState.containers.clear();
    bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'middle' });
    const fleet = without(office(), 'web-01');
    await rejection(bench.deploy({ fleet, rollbackOnFailure: true }));
    expect((await bench.state())?.run).toMatchObject({ status: 'failed', overDeployment: true });
    expect(bench.world.hostState.links.has('dn-office')).toBe(true);
  });
});

it('refuses to roll back over a deployment that stood before the run', async () => {
  await bench.deploy();
  await bench.teardown({ deckies: ['web-01'] });
  await bench.resume();
  const full = await snapshot(bench);
  const error = await rejection(bench.rollback());
  expect(error).toMatchObject({ exitCode: 4, hint: expect.stringContaining('decnet teardown') });
  expect(await snapshot(bench)).toEqual(full);
});

it('builds every image anew with --no-cache, once', async () => {
  await bench.deploy();
  bench.faults.disarm();
  await bench.deploy({ options: { noCache: true, parallel: true, images: false } });
  expect(effects().filter((name) => name.startsWith('images.build'))).toHaveLength(3);
  expect((await snapshot(bench)).containers).toEqual(worlds.full.containers);
  bench.faults.disarm();
  await bench.resume();
  expect(effects()).toEqual([]);
});
