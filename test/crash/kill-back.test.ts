import { afterAll, describe, expect, it } from 'vitest';
import { type Bench, rejection, removeBenches } from '../fakes/bench.ts';
import { checkpoint } from '../fakes/checkpoint.ts';
import { type CrashPoint, crashPoints, killAt } from '../fakes/crash-points.ts';
import { Killed } from '../fakes/faults.ts';
import {
  createSharedBench,
  expectEmpty,
  expectFull,
  finish,
  referenceWorlds,
  takeBack,
  tearDown,
} from '../fakes/outcomes.ts';
import { snapshot } from '../fakes/snapshot.ts';

afterAll(removeBenches);

const worlds = await referenceWorlds();

interface Stage {
  readonly bench: Bench;
  readonly restore: () => Promise<void>;
  readonly points: readonly (readonly [string, CrashPoint])[];
}

/** A bench with a world in place, and the places where `use` can be killed in it. */
async function stage(prepare: (bench: Bench) => Promise<unknown>, use: (bench: Bench) => Promise<unknown>) {
  const bench = await createSharedBench();
  await prepare(bench);
  const restore = await checkpoint(bench);
  await restore();
  const points = await crashPoints(bench, () => use(bench));
  return { bench, restore, points: points.map((point) => [point.label, point] as const) } satisfies Stage;
}

async function kill({ bench, restore }: Stage, point: CrashPoint, use: () => Promise<unknown>) {
  await restore();
  bench.faults.arm(killAt(point));
  expect(await rejection(use())).toBeInstanceOf(Killed);
  bench.faults.disarm();
}

const deploy = (bench: Bench) => bench.deploy();
const remove = (bench: Bench) => bench.teardown({ deckies: ['web-01'] });

async function deployUntilUp(bench: Bench): Promise<void> {
  bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'middle', kill: true });
  await rejection(bench.deploy());
  bench.faults.disarm();
}

const rollbacks = await stage(deploy, (bench) => bench.rollback());

describe('a rollback that is killed', () => {
  it.each(rollbacks.points)('%s: called again, it ends in the empty world', async (_label, point) => {
    await kill(rollbacks, point, rollbacks.bench.rollback);
    await takeBack(rollbacks.bench);
    await expectEmpty(rollbacks.bench, worlds.empty);
  });
});

const teardowns = await stage(deploy, (bench) => bench.teardown());

describe('a teardown that is killed', () => {
  it.each(teardowns.points)('%s: called again, it ends in the empty world', async (_label, point) => {
    await kill(teardowns, point, teardowns.bench.teardown);
    await tearDown(teardowns.bench);
    expect(await snapshot(teardowns.bench)).toEqual({ ...worlds.empty, images: worlds.full.images });
  });

  it.each(teardowns.points)('%s: resume ends in the empty world', async (_label, point) => {
    const { bench } = teardowns;
    await kill(teardowns, point, bench.teardown);
    const isRecorded = (await bench.state())?.run?.pipeline === 'teardown';
    await (isRecorded ? bench.resume() : tearDown(bench));
    await expectEmpty(bench, worlds.empty);
  });
});

const resumes = await stage(deployUntilUp, (bench) => bench.resume());

describe('a resume that is killed', () => {
  it.each(resumes.points)('%s: called again, it ends in the full world', async (_label, point) => {
    await kill(resumes, point, resumes.bench.resume);
    await finish(resumes.bench);
    await expectFull(resumes.bench, worlds.full);
  });

  it.each(resumes.points)('%s: rollback ends in the empty world', async (_label, point) => {
    await kill(resumes, point, resumes.bench.resume);
    await takeBack(resumes.bench);
    await expectEmpty(resumes.bench, worlds.empty);
  });
});

const removals = await stage(deploy, remove);
const withoutWeb = await snapshot(removals.bench);

describe('a teardown of one decky that is killed', () => {
  it.each(removals.points)('%s: finished, it leaves the other decky alone', async (_label, point) => {
    const { bench } = removals;
    await kill(removals, point, () => remove(bench));
    const isRecorded = (await bench.state())?.run?.pipeline === 'remove';
    await (isRecorded ? bench.resume() : remove(bench));
    await expectFull(bench, withoutWeb);
  });

  it.each(removals.points)('%s: a full teardown ends in the empty world', async (_label, point) => {
    await kill(removals, point, () => remove(removals.bench));
    await tearDown(removals.bench);
    await expectEmpty(removals.bench, worlds.empty);
  });
});
