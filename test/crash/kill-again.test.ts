import { afterAll, describe, it } from 'vitest';
import { type Bench, rejection, removeBenches } from '../fakes/bench.ts';
import { expectEmpty, expectFull, finish, referenceWorlds, takeBack, tearDown } from '../fakes/outcomes.ts';
import { snapshot } from '../fakes/snapshot.ts';
import { createStage } from '../fakes/stage.ts';

afterAll(removeBenches);

/** A deploy that was killed with half of the containers made. */
async function deployHalf(bench: Bench): Promise<void> {
  bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'middle', kill: true });
  await rejection(bench.deploy());
  bench.faults.disarm();
}

const remove = (bench: Bench) => bench.teardown({ deckies: ['web-01'] });

const worlds = await referenceWorlds();
const resumes = await createStage(deployHalf, (bench) => bench.resume());
const removals = await createStage((bench) => bench.deploy(), remove);
const withoutWeb = await snapshot(removals.bench);

describe('a resume that is killed', () => {
  it.each(resumes.points)('%s: called again, it ends in the full world', async (_, point) => {
    await resumes.kill(point);
    await finish(resumes.bench);
    await expectFull(resumes.bench, worlds.full);
  });

  it.each(resumes.points)('%s: rollback ends in the empty world', async (_, point) => {
    await resumes.kill(point);
    await takeBack(resumes.bench);
    await expectEmpty(resumes.bench, worlds.empty);
  });
});

describe('a teardown of one decky that is killed', () => {
  it.each(removals.points)('%s: finished, it leaves the other decky alone', async (_, point) => {
    const { bench } = removals;
    await removals.kill(point);
    const run = (await bench.state())?.run;
    await (run?.pipeline === 'remove' ? bench.resume() : remove(bench));
    // Where all but its backup was done, a resume heals: a run of its own, to the same end.
    const isHealed = run?.pipeline === 'remove' && run.status === 'succeeded';
    await expectFull(
      bench,
      isHealed ? { ...withoutWeb, run: { pipeline: 'restore', status: 'succeeded' } } : withoutWeb,
    );
  });

  it.each(removals.points)('%s: a full teardown ends in the empty world', async (_, point) => {
    await removals.kill(point);
    await tearDown(removals.bench);
    await expectEmpty(removals.bench, worlds.empty);
  });
});
