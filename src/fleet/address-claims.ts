import { z } from 'zod';
import {
  broadcastOf,
  contains,
  formatAddress,
  parseAddress,
  parseInterfaceAddress,
  sizeOf,
} from './addresses.ts';
import { bridgeLinkName } from './names.ts';
import type { ResolvedFleet } from './resolved.ts';

/** Every address that a fleet is going to use, and on which links to ask whether somebody has it. */
export const addressClaimsSchema = z.object({
  parent: z.string(),
  subnet: z.string(),
  gateway: z.string().nullable(),
  range: z.string(),
  link: z.object({ name: z.string(), ip: z.string() }),
  /** `mac` null: the parent's. */
  deckies: z.array(z.object({ name: z.string(), ip: z.string(), mac: z.string().nullable() })),
});

export type AddressClaims = Readonly<z.infer<typeof addressClaimsSchema>>;

export function addressClaims({ name, network, deckies }: ResolvedFleet): AddressClaims {
  return {
    parent: network.interface,
    subnet: network.subnet,
    gateway: network.gateway,
    range: network.range,
    link: { name: bridgeLinkName(name), ip: network.bridgeAddress },
    deckies: deckies.map((decky) => ({ name: decky.name, ip: decky.ip, mac: decky.mac })),
  };
}

/**
 * At most `count` addresses of the range that a decky could have: those after `ip`, and at its end from its
 * beginning. None of the fleet's, of `taken`, of the network itself, and not the gateway.
 */
export function unclaimedAfter(
  claims: AddressClaims,
  ip: string,
  { taken, count }: { readonly taken: readonly string[]; readonly count: number },
): readonly string[] {
  const range = parseInterfaceAddress(claims.range);
  const subnet = parseInterfaceAddress(claims.subnet);
  if (range === null || subnet === null) return [];
  const reserved = new Set([...taken, claims.link.ip, ...claims.deckies.map((decky) => decky.ip)]);
  if (claims.gateway !== null) reserved.add(claims.gateway);
  for (const end of [subnet.address, broadcastOf(subnet)]) reserved.add(formatAddress(end));
  const after = parseAddress(ip) ?? range.address;
  const start = contains(range, after) ? after - range.address : -1;
  const found: string[] = [];
  for (let step = 1; step <= sizeOf(range) && found.length < count; step += 1) {
    const candidate = formatAddress(range.address + ((start + step) % sizeOf(range)));
    if (!reserved.has(candidate)) found.push(candidate);
  }
  return found;
}
