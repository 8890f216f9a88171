import { createDraw } from './draw.ts';
import type { Measured } from './stage.ts';

/** A boundary of a scene, as the part of all of them that lies before it. */
export interface Gap {
  readonly scene: string;
  readonly where: number;
}

/**
 * The boundaries at which a kill leaves a world of its own: one after an effect is one before the next, so that those
 * before an effect, and the last, stand for all.
 */
export function gapsOf(measured: ReadonlyMap<string, Measured>): readonly Gap[] {
  return [...measured].flatMap(([scene, { boundaries }]) =>
    boundaries.flatMap((name, index) => {
      const isGap = name.startsWith('before ') || index === boundaries.length - 1;
      return isGap ? [{ scene, where: (index + 0.5) / boundaries.length }] : [];
    }),
  );
}

/** The gap whose turn it is: as many turns as there are gaps come by each of them once, scattered by the seed. */
export function gapOfTurn(seed: string, turn: number, gaps: readonly Gap[]): Gap {
  const offset = Math.floor(createDraw(seed).fraction() * gaps.length);
  const gap = gaps[(offset + turn * strideOf(gaps.length)) % gaps.length];
  if (gap === undefined) throw new RangeError('Nothing was measured');
  return gap;
}

/** About the golden section of the length, and prime to it: neighbouring turns are far apart. */
function strideOf(length: number): number {
  let stride = Math.max(1, Math.round(length * 0.618));
  while (divisor(stride, length) !== 1) stride += 1;
  return stride;
}

function divisor(one: number, other: number): number {
  return other === 0 ? one : divisor(other, one % other);
}
