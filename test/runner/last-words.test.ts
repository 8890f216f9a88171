import { mkdir, rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { DecnetError } from '../../src/errors.ts';
import { type Bench, createBench, rejection, removeBenches } from '../fakes/bench.ts';

afterAll(removeBenches);

/** From now on nothing can be written; what the step was at fails first. */
function failAndFillDisk(bench: Bench, effect: string): void {
  let isFull = false;
  let isFirst = true;
  bench.faults.arm({
    hits: ({ name }) => {
      isFull ||= name === effect;
      return isFull && [effect, 'state.update'].includes(name);
    },
    moment: 'before',
    times: Number.POSITIVE_INFINITY,
    error: () => {
      const message = isFirst ? 'First of all' : 'The disk is full';
      isFirst = false;
      return new DecnetError(message, { code: 'FAKE', hint: 'Mend it.' });
    },
  });
}

describe('where the end of a run cannot be written', () => {
  it.each([
    ['a deploy', 'docker.createNetwork', 1, async () => {}, (bench: Bench) => bench.deploy()],
    ['a rollback', 'docker.removeNetwork', 5, deployed, (bench: Bench) => bench.rollback()],
    ['a teardown', 'docker.removeNetwork', 5, deployed, (bench: Bench) => bench.teardown()],
  ] as const)(
    '%s tells what went wrong first, and how to go on',
    async (_, effect, exitCode, prepare, use) => {
      const bench = await createBench();
      await prepare(bench);
      failAndFillDisk(bench, effect);
      expect(await rejection(use(bench))).toMatchObject({
        exitCode,
        message: expect.stringContaining('First of all'),
      });
      const last = bench.events.at(-1);
      expect(last).toMatchObject({
        type: 'run-finished',
        error: { message: expect.stringContaining('First of all') },
      });
      expect(bench.events).toContainEqual(
        expect.objectContaining({ type: 'warning', text: 'The disk is full' }),
      );
      bench.faults.disarm();
      await bench.teardown({ name: 'office' });
      expect(await bench.state()).toBeNull();
    },
  );
});

it('a lock that cannot be given back does not hide how the command ended', async () => {
  const bench = await createBench();
  bench.options.onEvent = async ({ type }) => {
    if (type !== 'run-finished') return;
    await rm(bench.paths.lock);
    await mkdir(bench.paths.lock);
  };
  await bench.deploy();
  expect(bench.events.at(-1)).toMatchObject({
    type: 'warning',
    text: expect.stringContaining(bench.paths.lock),
  });
});

async function deployed(bench: Bench): Promise<void> {
  await bench.deploy();
}
