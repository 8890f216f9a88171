import { broadcastOf, type Cidr, sizeOf } from '../fleet/addresses.ts';

/** No smaller than this where there is room: a fleet grows. */
const usualPrefix = 28;

interface Wanted {
  readonly subnet: Cidr;
  /** Addresses that somebody has, or that nobody may have. */
  readonly taken: readonly number[];
  /** How many addresses will be taken from the range. */
  readonly needed: number;
}

/**
 * A block of the subnet in which nobody was seen, with room to double; a smaller one where there is no such, and null
 * where none holds what is needed. Taken from the end of the subnet, since pools of DHCP tend to begin early.
 */
export function suggestRange({ subnet, taken, needed }: Wanted): Cidr | null {
  const roomy = Math.min(usualPrefix, prefixFor(2 * needed));
  for (let prefix = Math.max(roomy, subnet.prefix + 1); prefix <= prefixFor(needed); prefix += 1) {
    const block = lastFree(subnet, prefix, taken);
    if (block !== null) return block;
  }
  return null;
}

function lastFree(subnet: Cidr, prefix: number, taken: readonly number[]): Cidr | null {
  const size = sizeOf({ address: 0, prefix });
  const occupied = new Set(taken.map((address) => Math.floor(address / size)));
  const first = Math.floor(subnet.address / size);
  for (let block = Math.floor(broadcastOf(subnet) / size); block >= first; block -= 1) {
    if (!occupied.has(block)) return { address: block * size, prefix };
  }
  return null;
}

/** The longest prefix whose network has so many addresses. */
function prefixFor(addresses: number): number {
  return 32 - Math.ceil(Math.log2(addresses));
}
