import { expect } from 'vitest';
import { type Bench, rejection } from './bench.ts';
import { checkpoint } from './checkpoint.ts';
import { type CrashPoint, crashPoints, killAt } from './crash-points.ts';
import { Killed } from './faults.ts';
import { createSharedBench } from './outcomes.ts';

/** A bench with a world in place, and the places where a command can be killed in it. */
export interface Stage {
  readonly bench: Bench;
  readonly points: readonly (readonly [string, CrashPoint])[];
  /** Puts the world back in place, and kills the command there. */
  kill(point: CrashPoint): Promise<void>;
}

export async function createStage(
  prepare: (bench: Bench) => Promise<unknown>,
  command: (bench: Bench) => Promise<unknown>,
): Promise<Stage> {
  const bench = await createSharedBench();
  await prepare(bench);
  const restore = checkpoint(bench);
  restore();
  const points = await crashPoints(bench, () => command(bench));
  return {
    bench,
    points: points.map((point) => [point.label, point] as const),
    kill: async (point) => {
      restore();
      bench.faults.arm(killAt(point));
      expect(await rejection(command(bench))).toBeInstanceOf(Killed);
      bench.faults.disarm();
    },
  };
}
