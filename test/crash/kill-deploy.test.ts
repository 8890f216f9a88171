import { afterAll, describe, expect, it } from 'vitest';
import { rejection, removeBenches } from '../fakes/bench.ts';
import { crashPoints, killAt } from '../fakes/crash-points.ts';
import { Killed } from '../fakes/faults.ts';
import { createSharedBench, expectEveryWayOut, referenceWorlds } from '../fakes/outcomes.ts';

afterAll(removeBenches);

const worlds = await referenceWorlds();
const probe = await createSharedBench();
const points = await crashPoints(probe, () => probe.deploy());

describe.concurrent('a deploy that is killed', () => {
  it.each(points.map((point) => [point.label, point] as const))(
    '%s: resume gives the full world, rollback and teardown the empty one',
    async (_label, point) => {
      const bench = await createSharedBench();
      bench.faults.arm(killAt(point));
      expect(await rejection(bench.deploy())).toBeInstanceOf(Killed);
      await expectEveryWayOut(bench, worlds);
    },
  );
});
