import { z } from 'zod';
import type { Network } from '../docker/docker.ts';
import { formatCidr, parseInterfaceAddress } from '../fleet/addresses.ts';
import { networkName } from '../fleet/names.ts';
import type { ResolvedFleet } from '../fleet/resolved.ts';

/** The Docker network on a parent as one deployment wants it. It shares it with others, who want the same. */
export const wantedNetworkSchema = z.object({
  name: z.string(),
  driver: z.enum(['macvlan', 'ipvlan']),
  parent: z.string(),
  subnet: z.string(),
  /** Null: the LAN has none, and whatever the network has is taken, unless it is a decky's. */
  gateway: z.string().nullable(),
  /** What Docker is given for a gateway where the LAN has none: the host link's address. */
  spareGateway: z.string(),
  /** Addresses of the deckies. */
  addresses: z.array(z.string()),
});

export type WantedNetwork = Readonly<z.infer<typeof wantedNetworkSchema>>;

/** Pure: what a fleet asks of the network on its interface. */
export function wantedNetwork({ network, deckies }: ResolvedFleet): WantedNetwork {
  return {
    name: networkName(network.interface),
    driver: network.driver,
    parent: network.interface,
    subnet: network.subnet,
    gateway: network.gateway,
    spareGateway: network.bridgeAddress,
    addresses: deckies.map((decky) => decky.ip),
  };
}

/**
 * The range that Docker may hand out from: just the address of the network itself, which it never does. So that no
 * container gets a decky's address by accident, and the range suits every deployment; fixed addresses may lie outside.
 */
export function emptyRange(subnet: string): string {
  const { address } = parseInterfaceAddress(subnet) ?? { address: 0 };
  return formatCidr({ address, prefix: 32 });
}

/** Pure: how a network differs from the wanted one, one sentence each. The range does not count: addresses are fixed. */
export function differencesOf(found: Network, wanted: WantedNetwork): readonly string[] {
  const pool = found.pools[0];
  const mode = wanted.driver === 'macvlan' ? 'bridge' : 'l2';
  const gateway = pool?.gateway ?? 'none';
  const pairs = [
    ['driver', found.driver, wanted.driver],
    ['parent', found.options.parent ?? 'none', wanted.parent],
    ['mode', found.options[`${wanted.driver}_mode`] ?? mode, mode],
    ['subnet', pool?.subnet ?? 'none', wanted.subnet],
    ['gateway', gateway, wanted.gateway ?? gateway],
  ] as const;
  const differences = pairs
    .filter(([, is, asked]) => is !== asked)
    .map(([what, is, asked]) => `${what} is ${is}, wanted ${asked}`);
  // Docker keeps the gateway's address to itself.
  const isTaken = wanted.gateway === null && wanted.addresses.includes(gateway);
  return isTaken ? [...differences, `gateway is ${gateway}, which is a decky's address`] : differences;
}
