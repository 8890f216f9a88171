/** The last of what was added, at most `limit`, which is more than none. */
export interface LastItems<Item> {
  add(item: Item): void;
  /** In the order in which they were added. */
  items(): readonly Item[];
}

export function createLastItems<Item>(limit: number): LastItems<Item> {
  let kept: Item[] = [];
  return {
    add: (item) => {
      kept.push(item);
      // Not one by one: that would move all of them for each.
      if (kept.length >= 2 * limit) kept = kept.slice(-limit);
    },
    items: () => kept.slice(-limit),
  };
}

/** The last `limit` items of a source that ends: what Docker's own tail is for whole logs. */
export async function* lastOf<Item>(
  source: AsyncIterable<Item>,
  limit: number,
): AsyncGenerator<Item, void, undefined> {
  const last = createLastItems<Item>(limit);
  for await (const item of source) last.add(item);
  yield* last.items();
}
