import { type TimeKey, timeKey } from './time-key.ts';

/** What can be merged. `time` is RFC 3339. */
export interface Timed {
  readonly time: string;
}

interface Head<Item> {
  readonly item: Item;
  readonly key: TimeKey;
  readonly rest: AsyncIterator<Item>;
}

/** Merges sources that each are in order and end: the earliest first, of equals the one whose source was named first. */
export async function* mergeByTime<Item extends Timed>(
  sources: readonly AsyncIterable<Item>[],
): AsyncGenerator<Item, void, undefined> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    const heads: (Head<Item> | null)[] = await Promise.all(iterators.map(nextHead));
    for (;;) {
      const index = earliest(heads);
      const head = heads[index];
      if (head === undefined || head === null) return;
      yield head.item;
      heads[index] = await nextHead(head.rest);
    }
  } finally {
    await Promise.all(iterators.map((iterator) => iterator.return?.()));
  }
}

async function nextHead<Item extends Timed>(rest: AsyncIterator<Item>): Promise<Head<Item> | null> {
  const next = await rest.next();
  return next.done === true ? null : { item: next.value, key: timeKey(next.value.time), rest };
}

function earliest<Item>(heads: readonly (Head<Item> | null)[]): number {
  let best = -1;
  let bestKey: TimeKey | null = null;
  heads.forEach((head, index) => {
    if (head === null || (bestKey !== null && head.key >= bestKey)) return;
    best = index;
    bestKey = head.key;
  });
  return best;
}
