import { createBell } from './bell.ts';
import type { Timed } from './merge.ts';
import { type TimeKey, timeKey } from './time-key.ts';

interface Arrival<Item> {
  readonly item: Item;
  readonly key: TimeKey;
  /** When it must be shown, on the clock of `performance.now`. */
  readonly due: number;
}

/** A source that is this far ahead of the reader waits for it. */
const heldAtMost = 4096;

/**
 * Merges sources that go on: an item is held for `windowMilliseconds`, and goes out after all earlier ones that
 * came meanwhile. The end of one source does not end the rest; an error of one is thrown when all else was shown.
 * Sources are ended by whoever made them, not by leaving this loop.
 */
export async function* mergeLive<Item extends Timed>(
  sources: readonly AsyncIterable<Item>[],
  windowMilliseconds = 250,
): AsyncGenerator<Item, void, undefined> {
  let held: Arrival<Item>[] = [];
  let open = sources.length;
  const failures: unknown[] = [];
  const arrived = createBell();
  const taken = createBell();
  const pump = async (source: AsyncIterable<Item>): Promise<void> => {
    for await (const item of source) {
      held.push({ item, key: timeKey(item.time), due: performance.now() + windowMilliseconds });
      arrived.ring();
      while (held.length >= heldAtMost) await taken.wait();
    }
  };
  for (const source of sources) {
    pump(source)
      .catch((error: unknown) => failures.push(error))
      .finally(() => {
        open -= 1;
        arrived.ring();
      });
  }
  while (open > 0 || held.length > 0) {
    const wait = (held[0]?.due ?? Number.POSITIVE_INFINITY) - performance.now();
    if (open > 0 && wait > 0) {
      await arrived.wait(wait);
      continue;
    }
    const { ready, rest } = split(held, open > 0 ? performance.now() : Number.POSITIVE_INFINITY);
    held = rest;
    taken.ring();
    yield* ready;
  }
  if (failures.length > 0) throw failures[0];
}

/** What is due at `now`, and all that is earlier than the latest of it, in order. */
function split<Item>(
  held: readonly Arrival<Item>[],
  now: number,
): { readonly ready: readonly Item[]; readonly rest: Arrival<Item>[] } {
  const latest = held.reduce(
    (key, arrival) => (arrival.due <= now && arrival.key > key ? arrival.key : key),
    '',
  );
  const ready = held.filter((arrival) => arrival.key <= latest);
  ready.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  return {
    ready: ready.map((arrival) => arrival.item),
    rest: held.filter((arrival) => arrival.key > latest),
  };
}
