import { type AddressClaims, unclaimedAfter } from '../fleet/address-claims.ts';
import type { Host, Link } from '../host/host.ts';
import { askOn } from './ask-on.ts';

/** How many addresses are looked at beyond each, and beyond all, and how many of the free ones are told. */
const looked = 32;
const lookedInAll = 128;
const told = 3;

interface Place {
  readonly claims: AddressClaims;
  readonly links: readonly Link[];
  /** Names of the links to ask on. */
  readonly asked: readonly string[];
}

/** For each address, the next few of the range that nobody claims and nobody answers for. Asks only if there are any. */
export async function freeAfter(
  host: Pick<Host, 'findHolders'>,
  { claims, links, asked }: Place,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (addresses.length === 0) return new Map();
  const taken = links.flatMap((link) => link.addresses.map((address) => address.replace(/\/.*/, '')));
  const candidates = new Map(
    addresses.map((ip) => [ip, unclaimedAfter(claims, ip, { taken, count: looked })] as const),
  );
  const all = [...new Set([...candidates.values()].flat())].slice(0, lookedInAll);
  const answers = await askOn(host, asked, all);
  const silent = new Set(answers.filter(({ holder }) => holder === null).map(({ ip }) => ip));
  for (const { ip, holder } of answers) if (holder !== null) silent.delete(ip);
  return new Map(
    [...candidates].map(([ip, next]) => [ip, next.filter((one) => silent.has(one)).slice(0, told)] as const),
  );
}
