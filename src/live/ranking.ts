/** What is counted under a key. */
export interface Counted {
  events: number;
  /** Of the last event, milliseconds since the epoch. */
  last: number;
}

/** Counts under keys that an attacker may make up without end: the quiet ones are forgotten. */
export interface Ranking<Key, Entry extends Counted> {
  /** What is counted under a key; made when there is none. */
  entry(key: Key, make: () => Entry): Entry;
  /** Most events first, of equals the latest. */
  top(): readonly Entry[];
  /** Whether a key was let go, and its count with it. */
  hasForgotten(): boolean;
}

/** Holds at most twice `limit` entries: then the half with the fewest events goes, the oldest of equals first. */
export function createRanking<Key, Entry extends Counted>(limit: number): Ranking<Key, Entry> {
  let entries = new Map<Key, Entry>();
  let hasForgotten = false;
  return {
    entry: (key, make) => {
      const known = entries.get(key);
      if (known !== undefined) return known;
      if (entries.size >= 2 * limit) {
        const best = [...entries].sort(([, left], [, right]) => byRank(left, right)).slice(0, limit);
        entries = new Map(best);
        hasForgotten = true;
      }
      const made = make();
      entries.set(key, made);
      return made;
    },
    top: () => [...entries.values()].sort(byRank),
    hasForgotten: () => hasForgotten,
  };
}

function byRank(left: Counted, right: Counted): number {
  return right.events - left.events || right.last - left.last;
}
