import { afterAll, describe, expect, it } from 'vitest';
import { removeBenches } from '../fakes/bench.ts';
import { expectEmpty, referenceWorlds, takeBack, tearDown } from '../fakes/outcomes.ts';
import { snapshot } from '../fakes/snapshot.ts';
import { createStage } from '../fakes/stage.ts';

afterAll(removeBenches);

const worlds = await referenceWorlds();
const rollbacks = await createStage(
  (bench) => bench.deploy(),
  (bench) => bench.rollback(),
);
const teardowns = await createStage(
  (bench) => bench.deploy(),
  (bench) => bench.teardown(),
);

describe('a rollback that is killed', () => {
  it.each(rollbacks.points)('%s: called again, it ends in the empty world', async (_, point) => {
    await rollbacks.kill(point);
    await takeBack(rollbacks.bench);
    await expectEmpty(rollbacks.bench, worlds.empty);
  });
});

describe('a teardown that is killed', () => {
  it.each(teardowns.points)('%s: called again, it ends in the empty world', async (_, point) => {
    await teardowns.kill(point);
    await tearDown(teardowns.bench);
    expect(await snapshot(teardowns.bench)).toEqual({ ...worlds.empty, images: worlds.full.images });
  });

  it.each(teardowns.points)('%s: resume ends in the empty world', async (_, point) => {
    const { bench } = teardowns;
    await teardowns.kill(point);
    const isRecorded = (await bench.state())?.run?.pipeline === 'teardown';
    await (isRecorded ? bench.resume() : tearDown(bench));
    await expectEmpty(bench, worlds.empty);
  });
});
