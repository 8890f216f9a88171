import type { Problem } from '../yaml/problem.ts';
import { broadcastOf, contains, formatAddress, formatCidr, parseAddress, sizeOf } from './addresses.ts';
import { duplicateProblems } from './check-deckies.ts';
import type { NetworkView } from './network-view.ts';
import type { Fleet } from './schema.ts';

/** Whether gateway, given IPs and MACs fit the network, and whether the range holds all that is left to draw. */
export function checkAddresses(fleet: Fleet, view: NetworkView): Problem[] {
  return [
    ...gatewayProblems(view),
    ...fleet.deckies.flatMap((decky, index) => {
      const reason = decky.ip === undefined ? null : whyNot(decky.ip, view);
      return reason === null ? [] : [{ path: ['deckies', index, 'ip'], message: `${decky.ip} ${reason}` }];
    }),
    ...duplicateProblems(fleet, ['ip']),
    ...fleet.deckies.flatMap((decky, index) =>
      decky.mac !== undefined && view.hostMacs.includes(decky.mac.toLowerCase())
        ? [{ path: ['deckies', index, 'mac'], message: `${decky.mac} is a MAC of this host` }]
        : [],
    ),
    ...rangeProblems(fleet, view),
  ];
}

/** Addresses that no decky and no host bridge may have: of the network itself, the gateway, and this host. */
export function reservedAddresses(view: NetworkView): Set<number> {
  const reserved = new Set(view.hostAddresses);
  if (view.gateway !== null) reserved.add(view.gateway);
  if (view.subnet !== null) reserved.add(view.subnet.address).add(broadcastOf(view.subnet));
  return reserved;
}

function whyNot(ip: string, view: NetworkView): string | null {
  const address = parseAddress(ip);
  if (address === null) return 'is not an IPv4 address';
  const { subnet } = view;
  if (subnet !== null) {
    if (!contains(subnet, address)) return `is not in the subnet ${view.subnetName}`;
    if (address === subnet.address) return `is the network address of ${formatCidr(subnet)}`;
    if (address === broadcastOf(subnet)) return `is the broadcast address of ${formatCidr(subnet)}`;
  }
  if (address === view.gateway) return 'is the gateway';
  if (view.hostAddresses.includes(address)) return "is this host's own address";
  return null;
}

function gatewayProblems({ gateway, subnet, subnetName }: NetworkView): Problem[] {
  if (gateway === null || subnet === null) return [];
  const path = ['network', 'gateway'];
  const text = formatAddress(gateway);
  if (!contains(subnet, gateway))
    return [{ path, message: `gateway ${text} is not in the subnet ${subnetName}` }];
  if (gateway === subnet.address) return [{ path, message: `gateway ${text} is the network address` }];
  if (gateway === broadcastOf(subnet)) return [{ path, message: `gateway ${text} is the broadcast address` }];
  return [];
}

function rangeProblems(fleet: Fleet, view: NetworkView): Problem[] {
  const { range } = view;
  if (range === null) return [];
  const taken = reservedAddresses(view);
  for (const { ip } of fleet.deckies) {
    const address = ip === undefined ? null : parseAddress(ip);
    if (address !== null) taken.add(address);
  }
  const free = sizeOf(range) - [...taken].filter((address) => contains(range, address)).length;
  const open = fleet.deckies.reduce((sum, { ip, count }) => sum + (ip === undefined ? (count ?? 1) : 0), 0);
  if (open + 1 <= free) return [];
  const message = `range ${formatCidr(range)} has ${free} free addresses, but ${open + 1} are needed: one for the host bridge and ${open} for deckies without an ip`;
  return [{ path: ['network', 'range'], message }];
}
