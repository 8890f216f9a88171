import { expect, it } from 'vitest';
import {
  broadcastOf,
  type Cidr,
  contains,
  containsCidr,
  formatCidr,
  parseAddress,
  parseInterfaceAddress,
  sizeOf,
} from '../../src/fleet/addresses.ts';
import { suggestRange } from '../../src/init/suggest-range.ts';

function cidr(text: string): Cidr {
  const parsed = parseInterfaceAddress(text);
  if (parsed === null) throw new Error(text);
  return parsed;
}

/** `seen` on top of what nobody may have: the network's own address and broadcast. */
function suggest(text: string, needed: number, seen: readonly string[] = []): string | null {
  const subnet = cidr(text);
  const others = seen.flatMap((address) => parseAddress(address) ?? []);
  const range = suggestRange({ subnet, taken: [subnet.address, broadcastOf(subnet), ...others], needed });
  return range === null ? null : formatCidr(range);
}

const everySixteenth = Array.from({ length: 16 }, (_, block) => `198.51.100.${block * 16}`);

it.each<[string, string | null, string, number, readonly string[]]>([
  ['is near the end of the subnet', '198.51.100.224/28', '198.51.100.0/24', 6, []],
  ['is no smaller than 16 addresses', '198.51.100.224/28', '198.51.100.0/24', 2, []],
  ['has room to double', '198.51.100.128/26', '198.51.100.0/24', 21, []],
  ['goes around who was seen', '198.51.100.208/28', '198.51.100.0/24', 6, ['198.51.100.239']],
  ['is smaller where no such block is free', '198.51.100.232/29', '198.51.100.0/24', 6, everySixteenth],
  ['is there in a tiny subnet', '198.51.100.4/31', '198.51.100.0/29', 2, []],
  ['is none where nothing of that size is free', null, '198.51.100.0/24', 200, []],
  ['is none in a subnet that is too small', null, '198.51.100.0/30', 4, []],
  ['is inside a large subnet', '10.255.255.224/28', '10.0.0.0/8', 6, []],
  ['is right above half of all addresses', '223.255.255.224/28', '223.255.255.0/24', 6, []],
])('a range %s', (_, expected, subnet, needed, seen) => {
  expect(suggest(subnet, needed, seen)).toBe(expected);
});

it('is always free of whoever was seen, inside the subnet, and large enough', () => {
  let random = 7;
  const below = (limit: number): number => {
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
    return random % limit;
  };
  let found = 0;
  for (let round = 0; round < 300; round += 1) {
    const subnet = cidr(`198.51.100.0/${22 + below(8)}`);
    const taken = Array.from({ length: below(30) }, () => subnet.address + below(sizeOf(subnet)));
    const needed = 2 + below(20);
    const range = suggestRange({ subnet, taken, needed });
    if (range === null) continue;
    found += 1;
    expect(containsCidr(subnet, range)).toBe(true);
    expect(sizeOf(range)).toBeGreaterThanOrEqual(needed);
    expect(taken.filter((address) => contains(range, address))).toEqual([]);
  }
  expect(found).toBeGreaterThan(100);
});
