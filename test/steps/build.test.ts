import { afterAll, beforeEach, expect, it } from 'vitest';
import { DecnetError } from '../../src/errors.ts';
import { type Bench, createBench, rejection, removeBenches } from '../fakes/bench.ts';
import { addImage } from '../fakes/fake-docker.ts';
import { decky, office } from '../fakes/fleet.ts';
import { onStep } from '../fakes/on-step.ts';

afterAll(removeBenches);

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
  await onStep(bench, 'logging-sync').apply();
});

const effects = () => bench.faults.calls.filter((call) => call.isEffect).map(({ name }) => name);

it('builds the runtime first, then one image a service, whatever the size of the fleet', async () => {
  const deckies = Array.from({ length: 20 }, (_, index) =>
    decky(`web-${index}`, 100 + index, ['http', 'ssh']),
  );
  bench.faults.disarm();
  await onStep(bench, 'build', office({ deckies })).apply();
  expect(effects()).toEqual(['images.build runtime', 'images.build http', 'images.build ssh']);
});

it('builds only what is missing', async () => {
  await onStep(bench, 'build').apply();
  const { images } = bench.world.dockerState;
  const tag = [...images.keys()].find((name) => name.startsWith('decnet/ssh:')) ?? '';
  images.delete(tag);
  expect(await onStep(bench, 'build').check()).toEqual({
    status: 'drifted',
    differences: [`image ${tag} is not built`],
  });
  bench.faults.disarm();
  await onStep(bench, 'build').apply();
  expect(effects()).toEqual(['images.build ssh']);
});

it('makes the runtime from Debian packages where no registry is reached, and leaves no other name', async () => {
  const error = () => new DecnetError('No registry', { code: 'REGISTRY_UNREACHABLE' });
  bench.faults.arm({ hits: ({ name }) => name === 'images.build runtime', moment: 'before', error });
  await onStep(bench, 'build').apply();
  expect(effects().slice(0, 5)).toEqual([
    'images.build runtime',
    'images.debianRoot',
    'docker.importImage',
    'images.build runtime',
    'docker.removeImage',
  ]);
  expect([...bench.world.dockerState.images.keys()].map((tag) => tag.split(':')[0])).toEqual([
    'decnet/runtime',
    'decnet/http',
    'decnet/ssh',
  ]);
});

it('touches nothing that runs before all images are there', async () => {
  await bench.deploy();
  const before = structuredClone(bench.world.dockerState.containers);
  bench.world.dockerState.images.clear();
  bench.faults.arm({ hits: ({ name }) => name === 'images.build ssh', moment: 'before' });
  await rejection(bench.resume());
  expect(bench.world.dockerState.containers).toEqual(before);
});

it('leaves the images of a rollback, which are a cache, and those in use', async () => {
  await bench.deploy();
  addImage(bench.world.dockerState, 'decnet/other:1', { 'decnet.image': 'other' });
  const before = [...bench.world.dockerState.images.keys()];
  await onStep(bench, 'build').undo();
  expect([...bench.world.dockerState.images.keys()]).toEqual(before);
});

it('removes with --images what this deployment built, and not what another did', async () => {
  await bench.deploy();
  addImage(bench.world.dockerState, 'decnet/other:1', { 'decnet.image': 'other' });
  await bench.teardown({ images: true });
  expect([...bench.world.dockerState.images.keys()]).toEqual(['decnet/other:1']);
});

it('knows them still after a decky was taken down', async () => {
  await bench.deploy();
  await bench.teardown({ deckies: ['web-01'] });
  addImage(bench.world.dockerState, 'decnet/other:1', { 'decnet.image': 'other' });
  await bench.teardown({ images: true });
  expect([...bench.world.dockerState.images.keys()]).toEqual(['decnet/other:1']);
});
