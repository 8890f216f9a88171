import { readdir, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { composeHeader } from '../../src/compose/file.ts';
import { DecnetError } from '../../src/errors.ts';
import { type Bench, createBench, readText, rejection, removeBenches, without } from '../fakes/bench.ts';
import { office } from '../fakes/fleet.ts';
import { onStep } from '../fakes/on-step.ts';

afterAll(removeBenches);

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});

it('writes the same bytes for the same fleet', async () => {
  await onStep(bench, 'compose-gen').apply();
  const first = await readText(bench.paths.composeFile);
  const other = await createBench();
  await onStep(other, 'compose-gen').apply();
  expect(await readText(other.paths.composeFile)).toBe(first);
  expect(first.startsWith(composeHeader)).toBe(true);
  expect(await onStep(bench, 'compose-gen').check()).toMatchObject({ status: 'satisfied' });
});

it('keeps passwords of the fleet from others: 0600', async () => {
  await onStep(bench, 'compose-gen').apply();
  expect((await stat(bench.paths.composeFile)).mode & 0o777).toBe(0o600);
});

it('tells the file of another fleet, and replaces it', async () => {
  await onStep(bench, 'compose-gen', without(office(), 'web-01')).apply();
  expect(await onStep(bench, 'compose-gen').check()).toMatchObject({ status: 'drifted' });
  await onStep(bench, 'compose-gen').apply();
  expect(await onStep(bench, 'compose-gen').check()).toMatchObject({ status: 'satisfied' });
});

it('never replaces the file that runs by one that compose refuses, and leaves no draft', async () => {
  await onStep(bench, 'compose-gen', without(office(), 'web-01')).apply();
  const before = await readText(bench.paths.composeFile);
  const error = () => new DecnetError('Compose refuses it', { code: 'COMPOSE_INVALID' });
  bench.faults.arm({ hits: ({ name }) => name === 'compose.validate', moment: 'before', error });
  expect(await rejection(onStep(bench, 'compose-gen').apply())).toMatchObject({ code: 'COMPOSE_INVALID' });
  expect(await readText(bench.paths.composeFile)).toBe(before);
  expect(await readdir(bench.paths.generated)).toEqual(['decnet-compose.yml']);
});

it.each(['.draft', '.draft.tmp', '.tmp'])('takes away what a kill left: %s', async (ending) => {
  await onStep(bench, 'compose-gen').apply();
  const rest = `${bench.paths.composeFile}${ending}`;
  await writeFile(rest, 'half a fi');
  expect(await onStep(bench, 'compose-gen').check()).toEqual({
    status: 'drifted',
    differences: [`${rest} is left`],
  });
  await onStep(bench, 'compose-gen').apply();
  expect(await onStep(bench, 'compose-gen').check()).toMatchObject({ status: 'satisfied' });
  expect(await readdir(bench.paths.generated)).toEqual(['decnet-compose.yml']);
});

describe('a file of that name that is not ours', () => {
  beforeEach(async () => {
    await onStep(bench, 'compose-gen').apply();
    await writeFile(bench.paths.composeFile, 'services: {}\n');
  });

  it('is refused', async () => {
    expect(await onStep(bench, 'compose-gen').check()).toEqual({
      status: 'foreign',
      found: `file ${bench.paths.composeFile}`,
    });
  });

  it('is left by undo', async () => {
    await onStep(bench, 'compose-gen').undo(false);
    expect(await readText(bench.paths.composeFile)).toBe('services: {}\n');
  });
});
