import { type Cidr, sizeOf } from './addresses.ts';
import { type DrawKey, drawFrom, drawHex, drawNumber } from './draw.ts';

/** Draws for one decky (or, with an empty name, for the fleet), avoiding and adding to what is taken. */
export interface Draw {
  readonly seed: string;
  readonly decky: string;
}

/**
 * A free address of the range: the drawn one, or the next free one after it. Whoever is drawn later never moves
 * whoever was drawn before. The caller has counted that one is free.
 */
export function drawAddress(draw: Draw, range: Cidr, taken: Set<number>): number {
  const size = sizeOf(range);
  const start = drawNumber(draw.seed, { decky: draw.decky, purpose: 'address' }, size);
  for (let step = 0; step < size; step += 1) {
    const address = range.address + ((start + step) % size);
    if (taken.has(address)) continue;
    taken.add(address);
    return address;
  }
  throw new RangeError(`no free address for ${draw.decky}`);
}

/** A MAC that begins with one of a vendor's first three bytes. */
export function drawMac(draw: Draw, vendors: readonly (readonly string[])[], taken: Set<string>): string {
  return firstFree({ ...draw, purpose: 'mac' }, taken, (key) => {
    const ouis = drawFrom(draw.seed, { ...key, purpose: 'vendor' }, vendors);
    const oui = drawFrom(draw.seed, { ...key, purpose: 'oui' }, ouis);
    return `${oui}:${bytes(drawHex(draw.seed, key), 3)}`;
  });
}

/** A locally administered MAC (`02:…`) for a link of our own, which is no product of a vendor. */
export function drawLocalMac(draw: Draw, taken: Set<string>): string {
  return firstFree({ ...draw, purpose: 'mac' }, taken, (key) => `02:${bytes(drawHex(draw.seed, key), 5)}`);
}

/** A host name of one of the patterns. Numbers begin small, as people give them, and grow while taken. */
export function drawHostname(draw: Draw, patterns: readonly string[], taken: Set<string>): string {
  return firstFree({ ...draw, purpose: 'hostname' }, taken, (key) => {
    const pattern = drawFrom(draw.seed, { ...key, purpose: 'hostname-pattern' }, patterns);
    const number = 1 + drawNumber(draw.seed, key, 12 + 12 * (key.attempt ?? 0));
    return pattern
      .replace('{nn}', String(number).padStart(2, '0'))
      .replace('{hex}', drawHex(draw.seed, key).slice(0, 6));
  });
}

type FreeKey = Draw & { readonly purpose: string };

function firstFree(
  { decky, purpose }: FreeKey,
  taken: Set<string>,
  propose: (key: DrawKey) => string,
): string {
  for (let attempt = 0; ; attempt += 1) {
    const value = propose({ decky, purpose, attempt });
    if (taken.has(value)) continue;
    taken.add(value);
    return value;
  }
}

function bytes(hex: string, count: number): string {
  return Array.from({ length: count }, (_, index) => hex.slice(index * 2, index * 2 + 2)).join(':');
}
