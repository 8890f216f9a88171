import { DecnetError, exitCodes } from '../errors.ts';
import { type Cidr, formatAddress, formatCidr, parseAddress } from '../fleet/addresses.ts';
import { reservedAddresses } from '../fleet/check-addresses.ts';
import { hostFactsFrom } from '../fleet/host-facts.ts';
import { viewNetwork } from '../fleet/network-view.ts';
import { fleetSchema } from '../fleet/schema.ts';
import type { HostIdentity, Link, Route } from '../host/host.ts';
import type { Neighbour } from '../host/ip-json.ts';

/** What this host tells of its network, without asking anybody. */
export interface Here {
  readonly identity: HostIdentity;
  readonly links: readonly Link[];
  readonly routes: readonly Route[];
  readonly neighboursOf: (link: string) => Promise<readonly Neighbour[]>;
}

/** The LAN that a fleet is going to be on. */
export interface Lan {
  readonly interface: string;
  readonly isWireless: boolean;
  readonly subnet: Cidr;
  readonly gateway: string | null;
  /** Addresses that somebody was seen to have, or that nobody may have. */
  readonly taken: readonly number[];
}

/** The interface that a fleet would be on if none were named; null without a default route. */
export function usualInterface({ routes }: Here): string | null {
  return routes.find(({ destination }) => destination === 'default')?.link ?? null;
}

/** The LAN on an interface. Rejects with `NO_SUCH_INTERFACE` or `NO_LAN`, exit code 2. */
export async function readLan(here: Here, name: string): Promise<Lan> {
  const network = { interface: name };
  const parsed = fleetSchema.safeParse({ network, deckies: [{ archetype: 'any' }] });
  if (!parsed.success) throw badInterface('NO_SUCH_INTERFACE', parsed.error.issues[0]?.message ?? name);
  const { view, problems } = viewNetwork(parsed.data, hostFactsFrom(here));
  const [problem] = problems;
  if (problem !== undefined || view.subnet === null) {
    throw badInterface(problem?.code ?? 'NO_LAN', problem?.message ?? `${name} has no IPv4 address`);
  }

  const links = here.links.filter((link) => link.name === name || link.parent === name);
  const heard = await Promise.all(links.map((link) => here.neighboursOf(link.name)));
  return {
    interface: name,
    isWireless: links.some((link) => link.name === name && link.wireless),
    subnet: view.subnet,
    gateway: view.gateway === null ? null : formatAddress(view.gateway),
    taken: [
      ...reservedAddresses(view),
      ...heard.flat().filter(isThere).flatMap(toNumber),
      // Deckies that are deployed: the host reaches each by a route of its own.
      ...here.routes.flatMap(({ destination }) => toNumber({ address: destination.replace(/\/32$/, '') })),
    ],
  };
}

/** The interfaces that may be named, with their addresses. */
export function interfacesText({ links }: Here): string {
  return links
    .filter(({ name, addresses }) => name !== 'lo' && addresses.length > 0)
    .map(({ name, addresses }) => `${name} (${addresses.join(', ')})`)
    .join(', ');
}

/** `198.51.100.0/24 on eth0`. */
export function lanText({ subnet, interface: name }: Lan): string {
  return `${formatCidr(subnet)} on ${name}`;
}

function isThere({ mac, states }: Neighbour): boolean {
  return mac !== null && !states.includes('FAILED');
}

function toNumber({ address }: { readonly address: string }): readonly number[] {
  const number = parseAddress(address);
  return number === null ? [] : [number];
}

function badInterface(code: string, message: string): DecnetError {
  const hint = 'Name the interface of your LAN with --interface; ip -brief address shows them.';
  return new DecnetError(message, { code, hint, exitCode: exitCodes.usage });
}
