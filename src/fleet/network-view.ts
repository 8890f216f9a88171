import { nearest, quote } from '../yaml/nearest.ts';
import type { Problem } from '../yaml/problem.ts';
import {
  type Cidr,
  contains,
  containsCidr,
  formatCidr,
  networkOf,
  parseAddress,
  parseInterfaceAddress,
} from './addresses.ts';
import type { HostFacts, HostInterface } from './host-facts.ts';
import { deploymentOfAlias } from './names.ts';
import type { Fleet } from './schema.ts';

/** The network as far as the file and, where it is known, the host tell it. Null: not known. */
export interface NetworkView {
  readonly interface: string | null;
  readonly subnet: Cidr | null;
  /** How messages call the subnet: one that the file does not name is said to be the interface's. */
  readonly subnetName: string;
  readonly gateway: number | null;
  readonly range: Cidr | null;
  /** Of all interfaces: no decky may have one of them. */
  readonly hostAddresses: readonly number[];
  readonly hostMacs: readonly string[];
}

/** Reads the network section against the host; `facts` null: only what the file says. */
export function viewNetwork(
  fleet: Fleet,
  facts: HostFacts | null,
): { readonly view: NetworkView; readonly problems: readonly Problem[] } {
  // Host-bridge links come and go with deployments, ours and others': if they counted, a second plan would differ.
  const interfaces = facts?.interfaces.filter(({ alias }) => deploymentOfAlias(alias) === null) ?? [];
  const parent = facts === null ? null : findParent(fleet, facts.defaultRoute, interfaces);
  const found = parent !== null && 'name' in parent ? parent : null;
  const problems: Problem[] = parent !== null && 'message' in parent ? [parent] : [];

  const subnet =
    given(fleet.network.subnet, 'subnet', problems) ?? (found ? subnetOf(found, facts, problems) : null);
  if (subnet !== null && fleet.network.subnet !== undefined && subnet.prefix > 30) {
    problems.push({ path: ['network', 'subnet'], message: `${formatCidr(subnet)} is too small for a LAN` });
  }
  const subnetName = subnet === null ? '' : nameSubnet(fleet, subnet, found);
  const givenRange = given(fleet.network.range, 'range', problems);
  if (subnet !== null && givenRange !== null && !containsCidr(subnet, givenRange)) {
    const message = `range ${formatCidr(givenRange)} is not inside the subnet ${subnetName}`;
    problems.push({ path: ['network', 'range'], message });
  }
  const view: NetworkView = {
    interface: found?.name ?? fleet.network.interface ?? null,
    subnet,
    subnetName,
    gateway: gatewayOf(fleet, { subnet, facts, parent: found }),
    range: givenRange ?? subnet,
    hostAddresses: interfaces.flatMap(addressesOf),
    hostMacs: interfaces.map(({ mac }) => mac),
  };
  return { view, problems };
}

function findParent(
  fleet: Fleet,
  route: HostFacts['defaultRoute'],
  interfaces: readonly HostInterface[],
): HostInterface | Problem {
  const wanted = fleet.network.interface ?? route?.interface;
  const names = interfaces.map(({ name }) => name);
  const there = names.length === 0 ? 'there are none' : `there are: ${names.join(', ')}`;
  const path = ['network', 'interface'];
  const code = 'NO_SUCH_INTERFACE';
  const hint = 'Set network.interface in the fleet file to the interface of your LAN.';
  if (wanted === undefined) {
    return {
      path,
      code,
      hint,
      message: `this host has no default route, so that network.interface must be given; ${there}`,
    };
  }
  const found = interfaces.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const meant = nearest(wanted, names);
  const guess = meant === null ? '' : `; did you mean ${quote(meant)}?`;
  return { path, code, hint, message: `this host has no interface ${quote(wanted)}; ${there}${guess}` };
}

/** A network written in the file; one with host bits is refused, since it is a guess what was meant. */
function given(text: string | undefined, key: 'subnet' | 'range', problems: Problem[]): Cidr | null {
  const written = text === undefined ? null : parseInterfaceAddress(text);
  if (written === null) return null;
  const network = networkOf(written.address, written.prefix);
  if (network.address === written.address) return network;
  const message = `${text} has host bits set; did you mean ${formatCidr(network)}?`;
  problems.push({ path: ['network', key], message });
  return null;
}

function subnetOf(parent: HostInterface, facts: HostFacts | null, problems: Problem[]): Cidr | null {
  const networks = parent.addresses.flatMap((text) => {
    const address = parseInterfaceAddress(text);
    return address === null ? [] : [networkOf(address.address, address.prefix)];
  });
  const lans = networks.filter(({ prefix }) => prefix <= 30);
  const gateway =
    facts?.defaultRoute?.interface === parent.name ? parseAddress(facts.defaultRoute.gateway ?? '') : null;
  const lan = lans.find((network) => gateway !== null && contains(network, gateway)) ?? lans[0];
  if (lan !== undefined) return lan;
  const has = networks.length === 0 ? 'no IPv4 address' : `no LAN, only ${parent.addresses.join(', ')}`;
  problems.push({ path: ['network'], message: `interface ${parent.name} has ${has}; give network.subnet` });
  return null;
}

function nameSubnet(fleet: Fleet, subnet: Cidr, parent: HostInterface | null): string {
  const isRead = fleet.network.subnet === undefined && parent !== null;
  return isRead ? `${formatCidr(subnet)} of ${parent.name}` : formatCidr(subnet);
}

function gatewayOf(
  fleet: Fleet,
  seen: {
    readonly subnet: Cidr | null;
    readonly facts: HostFacts | null;
    readonly parent: HostInterface | null;
  },
): number | null {
  if (fleet.network.gateway !== undefined) return parseAddress(fleet.network.gateway);
  const route = seen.facts?.defaultRoute;
  if (route?.gateway == null || seen.parent === null || route.interface !== seen.parent.name) return null;
  const gateway = parseAddress(route.gateway);
  return gateway !== null && seen.subnet !== null && contains(seen.subnet, gateway) ? gateway : null;
}

function addressesOf({ addresses }: HostInterface): number[] {
  return addresses.flatMap((text) => parseInterfaceAddress(text)?.address ?? []);
}
