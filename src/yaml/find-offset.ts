import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Path } from './problem.ts';

/** What to find, and how to look a key up. */
export interface Search {
  readonly path: Path;
  readonly at: 'key' | 'value';
  readonly pairsOf: (map: YAMLMap) => ReadonlyMap<string, Pair>;
}

/** Remembers the keys of each map: many problems in one big map would otherwise cost the square of its size. */
export function indexPairs(): Search['pairsOf'] {
  const known = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  return (map) => {
    const pairs = known.get(map) ?? new Map(map.items.map((pair) => [keyOf(pair), pair]));
    known.set(map, pairs);
    return pairs;
  };
}

/** Walks down as far as the path goes. */
export function offsetOf(root: Node | null, { path, at, pairsOf }: Search): number {
  let node: unknown = root;
  let offset = startOf(root);
  for (const [depth, part] of path.entries()) {
    if (isSeq(node)) {
      node = node.items[Number(part)];
      if (node === undefined) return offset;
      offset = startOf(node);
    } else if (isMap(node)) {
      const pair = pairsOf(node).get(String(part));
      if (pair === undefined) return offset;
      const isKeyWanted = at === 'key' && depth === path.length - 1;
      offset = isKeyWanted || isEmpty(pair.value) ? startOf(pair.key) : startOf(pair.value);
      node = pair.value;
    } else {
      // A scalar, or an alias, whose content stands elsewhere: the place where it is used is what to look at.
      return offset;
    }
  }
  return offset;
}

/** A key as the text that it becomes in plain data; empty for what is no scalar, which is refused elsewhere. */
export function keyOf(pair: Pair): string {
  return isScalar(pair.key) && pair.key.value !== null ? String(pair.key.value) : '';
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.source === '');
}

/** Where a node begins in the text. */
export function startOf(node: unknown): number {
  const isPositioned = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node);
  return isPositioned ? (node.range?.[0] ?? 0) : 0;
}
