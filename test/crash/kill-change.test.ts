import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { ResolvedFleet } from '../../src/fleet/resolved.ts';
import { type Bench, rejection, removeBenches } from '../fakes/bench.ts';
import { decky, office } from '../fakes/fleet.ts';
import {
  expectEmpty,
  expectFull,
  idsByName,
  referenceWorlds,
  takeBack,
  tearDown,
} from '../fakes/outcomes.ts';
import { type Snapshot, snapshot } from '../fakes/snapshot.ts';
import { createStage } from '../fakes/stage.ts';

afterAll(removeBenches);

/** One decky more, one less, and one with another service: what a change can be. */
function changed(): ResolvedFleet {
  const [files, web] = office().deckies;
  if (files === undefined || web === undefined) throw new Error('The office has two deckies');
  const stays = decky('stays-01', 73, ['ssh']);
  return office({ deckies: [decky('files-01', 70, ['ssh', 'tftp']), stays, decky('new-01', 72, ['http'])] });
}

/** The fleet before it; `stays-01` is the same in both. */
const before = (): ResolvedFleet =>
  office({ deckies: [...office().deckies, decky('stays-01', 73, ['ssh'])] });

const prepare = (bench: Bench) => bench.deploy({ fleet: before() });
const change = (bench: Bench) => bench.deploy({ fleet: changed() });

const worlds = await referenceWorlds();
const changes = await createStage(prepare, change);
const after = await snapshot(changes.bench);
const rollbacks = await createStage(
  async (bench) => {
    await prepare(bench);
    await change(bench);
  },
  (bench) => bench.rollback(),
);
const restored = await snapshot(rollbacks.bench);

/** Ids of the containers of the decky that is in both fleets. */
const idsOfStaying = (bench: Bench) =>
  Object.fromEntries(Object.entries(idsByName(bench)).filter(([name]) => name.includes('stays-01')));

describe('a change that is killed', () => {
  it.each(changes.points)('%s: resume, or the command again, ends in the changed world', async (_, point) => {
    const { bench } = changes;
    await changes.kill(point);
    const staying = idsOfStaying(bench);
    const isRecorded = (await bench.state())?.run?.before !== null;
    await (isRecorded ? bench.resume() : change(bench));
    await expectFull(bench, after);
    expect(idsOfStaying(bench)).toEqual(staying);
  });

  it.each(changes.points)('%s: rollback ends in the world before it', async (_, point) => {
    const { bench } = changes;
    await changes.kill(point);
    const staying = idsOfStaying(bench);
    // Where the change was not recorded yet, it is the first deploy that a rollback would take.
    if ((await bench.state())?.run?.before === null) return;
    await bench.rollback();
    await expectRestored(bench);
    expect(idsOfStaying(bench)).toEqual(staying);
  });

  it.each(changes.points)('%s: a teardown ends in the empty world', async (_, point) => {
    await changes.kill(point);
    await tearDown(changes.bench);
    await expectEmpty(changes.bench, worlds.empty);
  });
});

describe('a rollback of a change that is killed', () => {
  it.each(rollbacks.points)('%s: called again, it ends in the world before the change', async (_, point) => {
    const { bench } = rollbacks;
    await rollbacks.kill(point);
    await takeBack(bench);
    await expectRestored(bench);
    const { lock, note } = bench.options.engine.claimFiles('office');
    expect([existsSync(lock), existsSync(note)]).toEqual([false, true]);
  });

  it.each(rollbacks.points)('%s: resume goes on with it once it is recorded', async (_, point) => {
    const { bench } = rollbacks;
    await rollbacks.kill(point);
    const isRecorded = (await bench.state())?.run?.pipeline === 'restore';
    await bench.resume();
    if (isRecorded) await expectRestored(bench);
    else await expectFull(bench, after);
  });
});

/** What the change built and staged may stay: both are caches. */
async function expectRestored(bench: Bench): Promise<void> {
  bench.faults.disarm();
  expect(withoutCaches(await snapshot(bench))).toEqual(withoutCaches(restored));
}

function withoutCaches({ images: _images, files, ...rest }: Snapshot) {
  const kept = Object.entries(files).filter(([name]) => !name.includes('.decnet/build/'));
  return { ...rest, files: Object.fromEntries(kept) };
}

it('a deploy is refused while the rollback of a change is unfinished', async () => {
  const point = rollbacks.points.at(-5)?.[1];
  if (point === undefined) throw new Error('A rollback has effects');
  await rollbacks.kill(point);
  expect(await rejection(prepare(rollbacks.bench))).toMatchObject({
    code: 'UNFINISHED_RUN',
    hint: expect.stringContaining('decnet rollback'),
  });
});
