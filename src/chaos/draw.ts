import { createHash } from 'node:crypto';

/** Draws that depend on the seed and on how many were made before, and on nothing else. */
export interface Draw {
  /** From 0, less than 1. */
  fraction(): number;
  /** One of a list that is not empty. */
  from<Item>(items: readonly Item[]): Item;
  /** True in `part` of all draws, a number from 0 to 1. */
  chance(part: number): boolean;
}

export function createDraw(seed: string): Draw {
  let count = 0;
  const fraction = (): number => {
    count += 1;
    const hex = createHash('sha256').update(`${seed}/${count}`).digest('hex');
    return Number.parseInt(hex.slice(0, 12), 16) / 2 ** 48;
  };
  return {
    fraction,
    from: (items) => {
      const item = items[Math.floor(fraction() * items.length)];
      if (item === undefined) throw new RangeError('There is nothing to draw from');
      return item;
    },
    chance: (part) => fraction() < part,
  };
}
