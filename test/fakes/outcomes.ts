import { expect } from 'vitest';
import { labels } from '../../src/fleet/names.ts';
import type { ResolvedFleet } from '../../src/fleet/resolved.ts';
import { type Bench, createBench, rejection } from './bench.ts';
import { checkpoint } from './checkpoint.ts';
import { addForeignObjects } from './foreign.ts';
import { onTheWire, type Snapshot, snapshot } from './snapshot.ts';

/** A bench beside whose deployment stands what is not its own. */
export async function createSharedBench(): Promise<Bench> {
  const bench = await createBench();
  addForeignObjects(bench.world);
  return bench;
}

/** The world before anything was deployed, and after a deploy that nothing disturbed. */
export async function referenceWorlds(): Promise<{ readonly empty: Snapshot; readonly full: Snapshot }> {
  const bench = await createSharedBench();
  const empty = await snapshot(bench);
  await bench.deploy();
  return { empty, full: await snapshot(bench) };
}

export async function expectFull(bench: Bench, full: Snapshot): Promise<void> {
  bench.faults.disarm();
  expect(await snapshot(bench)).toEqual(full);
}

/** Nothing of ours on the wire or on the disk but the record of a run, and images, which are a cache. */
export async function expectEmpty(bench: Bench, empty: Snapshot): Promise<void> {
  bench.faults.disarm();
  expect(onTheWire(await snapshot(bench))).toEqual(onTheWire(empty));
}

/** What a user does to go on: `resume`, or the command again where nothing was recorded yet. */
export async function finish(bench: Bench, fleet?: ResolvedFleet): Promise<void> {
  bench.faults.disarm();
  const state = await bench.state();
  if (state?.run) await bench.resume();
  else await bench.deploy(fleet === undefined ? {} : { fleet });
}

/** `rollback`; where nothing was recorded yet, it says so. */
export async function takeBack(bench: Bench): Promise<void> {
  bench.faults.disarm();
  if ((await bench.state())?.run) {
    await bench.rollback();
    return;
  }
  expect(await rejection(bench.rollback())).toMatchObject({ code: 'NO_RUN', exitCode: 4 });
}

/** `teardown`; where no state file tells of what, by the name. */
export async function tearDown(bench: Bench): Promise<void> {
  bench.faults.disarm();
  await bench.teardown({ name: (await bench.state()) === null ? 'office' : null });
}

/** The ways out of a deploy that was ended, each tried from the same world. */
export async function expectEveryWayOut(
  bench: Bench,
  worlds: { readonly empty: Snapshot; readonly full: Snapshot },
): Promise<void> {
  bench.faults.disarm();
  const restore = checkpoint(bench);
  await finish(bench);
  await expectFull(bench, worlds.full);

  restore();
  await takeBack(bench);
  await expectEmpty(bench, worlds.empty);

  restore();
  await tearDown(bench);
  await expectEmpty(bench, worlds.empty);
}

/** Ids of the containers of `office`, by name. */
export function idsByName(bench: Bench): Readonly<Record<string, string>> {
  const mine = [...bench.world.dockerState.containers.values()].filter(
    (container) => container.labels[labels.deployment] === 'office',
  );
  return Object.fromEntries(mine.map(({ name, id }) => [name, id]));
}
