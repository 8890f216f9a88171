import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, rejection, removeBenches, without } from '../fakes/bench.ts';
import { containerNamed, stopContainer } from '../fakes/fake-docker.ts';
import { decky, office } from '../fakes/fleet.ts';
import { createSharedBench, expectEmpty, expectFull, idsByName, referenceWorlds } from '../fakes/outcomes.ts';
import { snapshot } from '../fakes/snapshot.ts';

afterAll(removeBenches);

const mac = '02:00:00:00:bb:01';
const worlds = await referenceWorlds();
let bench: Bench;
beforeEach(async () => {
  bench = await createSharedBench();
});

/** Somebody takes the address as soon as a step begins. */
function takeAt(step: string, address: string, where: 'lan' | 'siblings' = 'lan'): void {
  bench.options.onEvent = (event) => {
    if (event.type === 'step-started' && event.step === step) bench.world.hostState[where].set(address, mac);
  };
}

const stopBase = () => stopContainer(containerNamed(bench.world.dockerState, 'decnet-office.files-01'), 1);

describe('an address that was in use before', () => {
  it('is refused with no trace left', async () => {
    bench.world.hostState.lan.set('198.51.100.70', mac);
    expect(await rejection(bench.deploy())).toMatchObject({ code: 'PREFLIGHT_REFUSED', exitCode: 3 });
    expect(await readdir(dirname(bench.paths.state))).toEqual([]);
    expect(await snapshot(bench)).toEqual(worlds.empty);
  });

  it('is refused to a decky that is added, and the fleet that stands is kept', async () => {
    await bench.deploy();
    const before = idsByName(bench);
    bench.world.hostState.lan.set('198.51.100.72', mac);
    const fleet = office({ deckies: [...office().deckies, decky('new-01', 72, ['ssh'])] });
    expect(await rejection(bench.deploy({ fleet }))).toMatchObject({ exitCode: 3 });
    expect(idsByName(bench)).toEqual(before);
    expect((await bench.state())?.deployment?.fleet).toEqual(office());
  });
});

describe.each([
  ['beyond this host', 'lan'],
  ['by a foreign child of the parent', 'siblings'],
] as const)('an address that is taken between plan and up, %s', (_, where) => {
  beforeEach(async () => {
    takeAt('build', '198.51.100.71', where);
    expect(await rejection(bench.deploy())).toMatchObject({
      code: 'ADDRESS_IN_USE',
      exitCode: 3,
      message: expect.stringContaining(`198.51.100.71 of decky web-01 is in use: ${mac}`),
      hint: expect.stringContaining('decnet resume'),
    });
    bench.options.onEvent = () => {};
  });

  it('starts no container, and keeps what was reached', async () => {
    const world = await snapshot(bench);
    expect(world.containers).toEqual([]);
    expect({ ...world, containers: worlds.full.containers, run: null }).toEqual({
      ...worlds.full,
      run: null,
    });
    const state = await bench.state();
    expect(state?.run).toMatchObject({ status: 'failed', error: { code: 'ADDRESS_IN_USE' } });
    expect(state?.run?.steps.map(({ status }) => status)).toEqual([
      ...Array(7).fill('done'),
      'failed',
      'pending',
    ]);
    expect(bench.events.at(-1)).toMatchObject({
      type: 'run-finished',
      next: [
        expect.stringContaining('decnet resume'),
        expect.stringContaining('decnet rollback'),
        expect.stringContaining('decnet step run up'),
      ],
    });
  });

  it('is refused again while it is held, and goes on when it is free', async () => {
    expect(await rejection(bench.resume())).toMatchObject({ exitCode: 3 });
    expect((await bench.state())?.run?.status).toBe('failed');
    bench.world.hostState[where].clear();
    await bench.resume();
    await expectFull(bench, worlds.full);
  });

  it('can be rolled back', async () => {
    await bench.rollback();
    await expectEmpty(bench, worlds.empty);
  });

  it('can be torn down', async () => {
    await bench.teardown();
    await expectEmpty(bench, worlds.empty);
  });
});

it('takes back at once with --rollback-on-failure what was made before the conflict', async () => {
  takeAt('up', '198.51.100.71');
  expect(await rejection(bench.deploy({ rollbackOnFailure: true }))).toMatchObject({ exitCode: 3 });
  await expectEmpty(bench, worlds.empty);
});

describe('a base that has stopped', () => {
  beforeEach(async () => {
    await bench.deploy();
    stopBase();
    bench.world.hostState.lan.set('198.51.100.70', mac);
  });

  it('is not healed while somebody else has its address', async () => {
    expect(await rejection(bench.resume())).toMatchObject({ exitCode: 3 });
    expect(containerNamed(bench.world.dockerState, 'decnet-office.files-01')?.state).toBe('exited');
    bench.world.hostState.lan.clear();
    await bench.resume();
    await expectFull(bench, worlds.full);
  });

  it('can be taken out of the fleet all the same', async () => {
    await bench.teardown({ deckies: ['files-01'] });
    expect((await bench.state())?.deployment?.fleet).toEqual(without(office(), 'files-01'));
    expect(Object.keys(idsByName(bench))).toEqual(['decnet-office.web-01', 'decnet-office.web-01.http']);
  });
});

it('asks nothing in a deploy with nothing to do, but in verify, which asks beside its other looks', async () => {
  await bench.deploy();
  bench.faults.disarm();
  await bench.deploy();
  const asked = bench.faults.calls.filter(({ name }) => name === 'host.findHolders');
  expect(asked.map(({ step }) => step)).toEqual(['verify']);
});
