import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, rejection, removeBenches, without } from '../fakes/bench.ts';
import { office } from '../fakes/fleet.ts';
import { createSharedBench, expectFull, idsByName, referenceWorlds } from '../fakes/outcomes.ts';
import { snapshot } from '../fakes/snapshot.ts';

afterAll(removeBenches);

const worlds = await referenceWorlds();
let bench: Bench;
beforeEach(async () => {
  bench = await createSharedBench();
});

const gone = async () => {
  expect(await snapshot(bench)).toEqual({ ...worlds.empty, images: worlds.full.images });
  expect(await readdir(dirname(bench.paths.state))).toEqual([]);
};

describe('a full teardown', () => {
  it('leaves nothing but images, and what is not ours', async () => {
    await bench.deploy();
    expect(await bench.teardown()).toBe(true);
    await gone();
  });

  it('removes the images too when asked', async () => {
    await bench.deploy();
    await bench.teardown({ images: true });
    expect(await snapshot(bench)).toEqual(worlds.empty);
  });

  it('answers false where there is nothing to take down', async () => {
    bench.world.dockerState.networks.clear();
    bench.world.dockerState.containers.clear();
    bench.world.hostState.links.delete('dn-office-2');
    expect(await bench.teardown()).toBe(false);
    expect(await readdir(dirname(bench.paths.state))).toEqual([]);
  });

  it('takes down what a failed deploy has made', async () => {
    bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'middle' });
    await rejection(bench.deploy());
    bench.faults.disarm();
    await bench.teardown();
    await gone();
  });

  it('leaves the record of a finished deploy of the same fleet possible again', async () => {
    await bench.deploy();
    await bench.teardown();
    await bench.deploy();
    await expectFull(bench, worlds.full);
  });
});

describe('without a usable state file', () => {
  beforeEach(() => bench.deploy());

  it('asks for a name when none is given, and names what it sees', async () => {
    await bench.session('test', (session) => session.store.discard());
    expect(await rejection(bench.teardown())).toMatchObject({
      code: 'NAME_NEEDED',
      exitCode: 4,
      message: expect.stringContaining('marks of: office, office-2'),
    });
  });

  it('takes a deployment down by its marks', async () => {
    await bench.session('test', (session) => session.store.discard());
    await bench.teardown({ name: 'office' });
    await gone();
  });

  it('refuses a damaged file, and leaves it as it is', async () => {
    await writeFile(bench.paths.state, '{ half');
    expect(await rejection(bench.teardown())).toMatchObject({
      code: 'STATE_DAMAGED',
      exitCode: 4,
      hint: expect.stringContaining('decnet teardown --name NAME'),
    });
  });

  it('sets a damaged file aside when the deployment is named', async () => {
    await writeFile(bench.paths.state, '{ half');
    bench.options.damagedState = 'set-aside';
    await bench.teardown({ name: 'office' });
    expect((await snapshot(bench)).files).toEqual({ 'decnet-state.json.damaged': '{ half' });
    await rm(`${bench.paths.state}.damaged`);
    await gone();
  });

  it('refuses another name than the recorded one', async () => {
    const error = await rejection(bench.teardown({ name: 'office-2' }));
    expect(error).toMatchObject({ code: 'OTHER_DEPLOYMENT', exitCode: 4 });
    await expectFull(bench, worlds.full);
  });
});

describe('a teardown of one decky', () => {
  beforeEach(() => bench.deploy());

  it('removes its containers and its route, and updates compose file and state', async () => {
    const before = idsByName(bench);
    await bench.teardown({ deckies: ['web-01'] });
    const world = await snapshot(bench);
    expect(idsByName(bench)).toEqual(
      Object.fromEntries(
        Object.entries(before).filter(([name]) => name.startsWith('decnet-office.files-01')),
      ),
    );
    expect(world.routes).toEqual(['198.51.100.70/32']);
    expect(world.files['.decnet/decnet-compose.yml']).not.toContain('web-01');
    expect(world.deployment).toMatchObject({
      fleet: without(office(), 'web-01'),
      routes: ['198.51.100.70/32'],
    });
    expect(world.run).toEqual({ pipeline: 'remove', status: 'succeeded' });
    expect(world.networks).toEqual(worlds.full.networks);
    expect(world.foreign).toEqual(worlds.empty.foreign);
  });

  it('is a full one when it is the last', async () => {
    await bench.teardown({ deckies: ['web-01'] });
    await bench.teardown({ deckies: ['files-01'] });
    await gone();
  });

  it('refuses a name that is not there, with the nearest', async () => {
    const error = await rejection(bench.teardown({ deckies: ['web-1'] }));
    expect(error).toMatchObject({ code: 'NO_SUCH_DECKY', exitCode: 2, hint: 'Did you mean web-01?' });
    await expectFull(bench, worlds.full);
  });

  it('is refused over an unfinished run', async () => {
    bench.world.dockerState.containers.clear();
    bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'middle' });
    await rejection(bench.resume());
    bench.faults.disarm();
    const error = await rejection(bench.teardown({ deckies: ['web-01'] }));
    expect(error).toMatchObject({ code: 'UNFINISHED_RUN', exitCode: 4 });
  });
});

it('is not rolled back but finished', async () => {
  await bench.deploy();
  bench.faults.arm({ hits: ({ name }) => name === 'docker.removeNetwork', moment: 'before' });
  await rejection(bench.teardown());
  bench.faults.disarm();
  const error = await rejection(bench.rollback());
  expect(error).toMatchObject({ exitCode: 4, hint: 'Finish it with: decnet resume' });
  expect(await rejection(bench.deploy())).toMatchObject({
    exitCode: 4,
    hint: 'Finish it with: decnet resume',
  });
  await bench.resume();
  await gone();
});
