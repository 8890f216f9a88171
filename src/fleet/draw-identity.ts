import { type Cidr, sizeOf } from './addresses.ts';
import { domainWords } from './domain-words.ts';
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

/**
 * A host name of one of the patterns. Numbers begin small, as people give them, and grow while taken. `mac` null: there
 * is none to name it after, so that the digits are drawn; so are they where the name after its MAC is taken.
 */
export function drawHostname(
  draw: Draw,
  style: { readonly patterns: readonly string[]; readonly mac: string | null },
  taken: Set<string>,
): string {
  return firstFree({ ...draw, purpose: 'hostname' }, taken, (key) => {
    const { attempt = 0 } = key;
    const pattern = drawFrom(draw.seed, { ...key, purpose: 'hostname-pattern' }, style.patterns);
    const number = 1 + drawNumber(draw.seed, key, 12 + 12 * attempt);
    const hex = drawHex(draw.seed, key);
    const mac = (attempt === 0 ? style.mac?.replaceAll(':', '') : null) ?? hex.slice(0, 12);
    return pattern
      .replace('{nn}', String(number).padStart(2, '0'))
      .replace('{hex}', hex.slice(0, 6))
      .replace('{mac}', mac)
      .replace('{MAC}', mac.toUpperCase())
      .replace('{nic}', mac.slice(6))
      .replace('{NIC}', mac.slice(6).toUpperCase())
      .replace(/\{(X+)\}/, (_, places: string) => lettersAndDigits(hex, places.length));
  });
}

/** The domain of a fleet that gives none. */
export function drawDomain(seed: string): string {
  const draw = (part: keyof typeof domainWords) =>
    drawFrom<string>(seed, { decky: '', purpose: `domain-${part}` }, domainWords[part]);
  return `${draw('prefixes')}${draw('beginnings')}${draw('endings')}.${draw('suffixes')}`;
}

type FreeKey = Draw & { readonly purpose: string };

function firstFree(
  { decky, purpose }: FreeKey,
  taken: Set<string>,
  propose: (key: DrawKey) => string,
): string {
  for (let attempt = 0; ; attempt += 1) {
    const value = propose({ decky, purpose, attempt });
    // Letters' case does not tell two host names apart, nor two MACs.
    if (taken.has(value.toLowerCase())) continue;
    taken.add(value.toLowerCase());
    return value;
  }
}

/** As Windows puts them into the name of a new machine: capitals and digits. */
function lettersAndDigits(hex: string, count: number): string {
  return BigInt(`0x${hex}`).toString(36).toUpperCase().slice(-count);
}

function bytes(hex: string, count: number): string {
  return Array.from({ length: count }, (_, index) => hex.slice(index * 2, index * 2 + 2)).join(':');
}
