import { appendFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { type Bench, createBench, readText, removeBenches } from '../fakes/bench.ts';
import { onStep } from '../fakes/on-step.ts';

afterAll(removeBenches);

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
  await onStep(bench, 'logging-sync').apply();
});

const contexts = ['http', 'runtime', 'ssh'];

async function times(): Promise<Record<string, bigint>> {
  const entries = contexts.map(async (name) => {
    const { mtimeNs } = await stat(join(bench.paths.contexts, name, 'decnet_logging.py'), { bigint: true });
    return [name, mtimeNs] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

it('stages template and helper into the context of every service that the fleet has, and of no other', async () => {
  expect((await readdir(bench.paths.contexts)).sort()).toEqual(contexts);
  expect((await readdir(join(bench.paths.contexts, 'ssh'))).sort()).toEqual([
    'Dockerfile',
    'decnet_logging.py',
    'server.py',
  ]);
});

it('touches nothing when nothing changed', async () => {
  const before = await times();
  expect(await onStep(bench, 'logging-sync').check()).toMatchObject({ status: 'satisfied' });
  await onStep(bench, 'logging-sync').apply();
  expect(await times()).toEqual(before);
});

it('changes the contexts of all when the helper changed', async () => {
  await appendFile(join(bench.templates, 'shared/decnet_logging.py'), 'LOG = 2\n');
  expect(await onStep(bench, 'logging-sync').check()).toEqual({ status: 'absent' });
  await onStep(bench, 'logging-sync').apply();
  for (const name of contexts) {
    expect(await readText(join(bench.paths.contexts, name, 'decnet_logging.py'))).toContain('LOG = 2');
  }
});

it('changes the context of one service alone when its template changed', async () => {
  const before = await times();
  await appendFile(join(bench.templates, 'ssh/server.py'), 'PORT = 2222\n');
  const step = onStep(bench, 'logging-sync');
  expect(await step.check()).toEqual({
    status: 'drifted',
    differences: ['context of ssh is not as its template'],
  });
  await step.apply();
  expect(step.said).toEqual(['staged ssh']);
  const { ssh: _, ...others } = await times();
  const { ssh: __, ...othersBefore } = before;
  expect(others).toEqual(othersBefore);
});

it('finds a file that was changed or added by hand', async () => {
  await writeFile(join(bench.paths.contexts, 'ssh', 'extra.txt'), 'x');
  expect(await onStep(bench, 'logging-sync').check()).toMatchObject({ status: 'drifted' });
  await onStep(bench, 'logging-sync').apply();
  expect(await onStep(bench, 'logging-sync').check()).toMatchObject({ status: 'satisfied' });
});

it('is undone without any memory, and twice', async () => {
  await onStep(bench, 'logging-sync').undo(false);
  await onStep(bench, 'logging-sync').undo(false);
  await expect(stat(bench.paths.contexts)).rejects.toMatchObject({ code: 'ENOENT' });
});
