import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, rejection, removeBenches, without } from '../fakes/bench.ts';
import { decky, office } from '../fakes/fleet.ts';
import { createSharedBench, expectEmpty, expectFull, idsByName, referenceWorlds } from '../fakes/outcomes.ts';
import { snapshot } from '../fakes/snapshot.ts';

afterAll(removeBenches);

const worlds = await referenceWorlds();
const restored = { ...worlds.full, run: { pipeline: 'restore', status: 'succeeded' } };
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

  it('is rolled back to the fleet that stood before, once', async () => {
    await bench.deploy();
    await bench.deploy({ fleet: without(office(), 'web-01') });
    expect(await bench.rollback()).toBe(true);
    await expectFull(bench, restored);
    expect(await bench.rollback()).toBe(false);
  });

  it('touches nothing that runs, and no record of it, when a build fails', async () => {
    await bench.deploy();
    const { deployment } = (await bench.state()) ?? {};
    const before = await snapshot(bench);
    bench.faults.arm({ hits: ({ name }) => name.startsWith('images.build'), moment: 'before', times: 9 });
    await rejection(
      bench.deploy({ fleet: office({ deckies: [...office().deckies, decky('new-01', 72, ['tftp'])] }) }),
    );
    expect(effects().filter((name) => !/^(files|images)\./.test(name))).toEqual([]);
    bench.faults.disarm();
    const { files: _files, run: _run, ...world } = await snapshot(bench);
    expect(before).toMatchObject(world);
    expect((await bench.state())?.deployment).toEqual(deployment);
  });

  it('that preflight refuses leaves the record as it was, so that single deckies can still be taken down', async () => {
    await bench.deploy();
    const { run } = (await bench.state()) ?? {};
    bench.world.hostState.freeBytes = 1;
    const fleet = office({ deckies: [...office().deckies, decky('new-01', 72, ['ssh'])] });
    expect(await rejection(bench.deploy({ fleet }))).toMatchObject({ code: 'PREFLIGHT_REFUSED' });
    expect((await bench.state())?.run).toEqual(run);
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

  it('goes back from a change to what stood before it', async () => {
    await bench.deploy();
    await bench.teardown({ deckies: ['web-01'] });
    const before = await snapshot(bench);
    bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'middle' });
    expect(await rejection(bench.deploy({ rollbackOnFailure: true }))).toMatchObject({ code: 'FAKE' });
    await expectFull(bench, { ...before, run: restored.run });
  });
});

it('rolls back a teardown of one decky', async () => {
  await bench.deploy();
  await bench.teardown({ deckies: ['web-01'] });
  await bench.rollback();
  await expectFull(bench, restored);
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
