import type { Positions } from '../yaml/problem.ts';
import { formatAddress, formatCidr, parseAddress } from './addresses.ts';
import type { Catalogue } from './catalogue.ts';
import { reservedAddresses } from './check-addresses.ts';
import { checkFleet } from './check-fleet.ts';
import { servicesOf } from './check-services.ts';
import { drawFrom, drawHex, fleetSeed } from './draw.ts';
import { drawAddress, drawDomain, drawHostname, drawLocalMac, drawMac } from './draw-identity.ts';
import { expandDeckies, type NamedDecky } from './expand.ts';
import type { HostFacts } from './host-facts.ts';
import { optionsOfArchetype } from './machine.ts';
import type { NetworkView } from './network-view.ts';
import { fleetInvalid } from './parse.ts';
import type {
  ResolvedAlert,
  ResolvedDecky,
  ResolvedEgress,
  ResolvedFleet,
  ResolvedNetwork,
  ResolvedService,
} from './resolved.ts';
import type { Fleet, FleetAlert, FleetDecky } from './schema.ts';

/**
 * Writes out everything that the fleet leaves open. Deterministic: the same fleet, host and catalogue give the same
 * answer. A decky appended to the file changes nothing that was drawn for the others.
 *
 * Throws `FLEET_INVALID` with all problems at once, or `NO_SUCH_INTERFACE` when that is the only one.
 */
export function resolveFleet(
  fleet: Fleet,
  facts: HostFacts,
  catalogue: Catalogue,
  positions?: Positions,
): ResolvedFleet {
  const { problems, view } = checkFleet(fleet, catalogue, facts);
  if (problems.length > 0) throw fleetInvalid(problems, positions);
  const { subnet, range } = view;
  if (subnet === null || range === null || view.interface === null)
    throw new TypeError('a checked fleet has a network');

  const seed = fleetSeed(fleet, facts);
  const deckies = expandDeckies(fleet);
  const taken = takenFrom(fleet, view);
  const isMacvlan = fleet.network.driver === 'macvlan';
  // Drawn before the deckies: the host bridge keeps its address and MAC whoever is added.
  const bridge = { seed, decky: '' };
  const network: ResolvedNetwork = {
    driver: fleet.network.driver,
    interface: view.interface,
    subnet: formatCidr(subnet),
    gateway: view.gateway === null ? null : formatAddress(view.gateway),
    range: formatCidr(range),
    bridgeAddress: formatAddress(drawAddress(bridge, range, taken.addresses)),
    bridgeMac: isMacvlan ? drawLocalMac(bridge, taken.macs) : null,
  };
  const resolve = (decky: NamedDecky) => resolveDecky(decky, { seed, range, taken, isMacvlan, catalogue });
  return {
    name: fleet.name,
    seed,
    domain: fleet.domain?.toLowerCase() ?? drawDomain(seed),
    network,
    egress: resolveEgress(fleet.egress),
    limits: { ...fleet.limits },
    alerts: fleet.alerts.map(resolveAlert),
    deckies: deckies.map(resolve),
  };
}

function resolveEgress({ policy, allow }: Fleet['egress']): ResolvedEgress {
  return {
    policy,
    allow: allow.map(({ to, port, protocol = 'tcp' }) => ({
      to: to.includes('/') ? to : `${to}/32`,
      port: port ?? null,
      protocol: port === undefined ? null : protocol,
    })),
  };
}

function resolveAlert({ on, webhook, decky, service }: FleetAlert): ResolvedAlert {
  return { on, webhook, deckies: decky ?? null, services: service ?? null };
}

/** What is given or reserved comes before all draws. */
interface Taken {
  readonly addresses: Set<number>;
  readonly macs: Set<string>;
  readonly hostnames: Set<string>;
}

function takenFrom(fleet: Fleet, view: NetworkView): Taken {
  const addresses = reservedAddresses(view);
  for (const { ip } of fleet.deckies) {
    const address = ip === undefined ? null : parseAddress(ip);
    if (address !== null) addresses.add(address);
  }
  return {
    addresses,
    macs: new Set([...view.hostMacs, ...fleet.deckies.flatMap(({ mac }) => mac?.toLowerCase() ?? [])]),
    hostnames: new Set(fleet.deckies.flatMap(({ hostname }) => hostname?.toLowerCase() ?? [])),
  };
}

interface Resolution {
  readonly seed: string;
  readonly range: Parameters<typeof drawAddress>[1];
  readonly taken: Taken;
  readonly isMacvlan: boolean;
  readonly catalogue: Catalogue;
}

function resolveDecky(
  { name, asked }: NamedDecky,
  { seed, range, taken, isMacvlan, catalogue }: Resolution,
): ResolvedDecky {
  const archetype = known(catalogue.archetypes, asked.archetype);
  const draw = { seed, decky: name };
  const distroName = asked.distro ?? drawFrom(seed, { decky: name, purpose: 'distro' }, archetype.distros);
  const distro = known(catalogue.distros, distroName);
  const family = known(catalogue.osFamilies, distro.os_family);
  const vendors = distro.vendors ?? archetype.vendors ?? [];
  const drawOwnMac = () => drawMac(draw, ouisOf(vendors, catalogue), taken.macs);
  const mac = isMacvlan ? (asked.mac?.toLowerCase() ?? drawOwnMac()) : null;
  const patterns = distro.hostnames ?? archetype.hostnames ?? [];
  return {
    name,
    archetype: asked.archetype,
    hostname: asked.hostname ?? drawHostname(draw, { patterns, mac }, taken.hostnames),
    ip: asked.ip ?? formatAddress(drawAddress(draw, range, taken.addresses)),
    mac,
    distro: distroName,
    osFamily: distro.os_family,
    sysctls: { ...family.sysctls },
    disguise: { ...family.disguise },
    seed: drawHex(seed, { decky: name, purpose: 'identity' }),
    services: servicesOf(asked, catalogue).map((service) => resolveService(service, asked, catalogue)),
  };
}

function ouisOf(vendors: readonly string[], catalogue: Catalogue): (readonly string[])[] {
  return vendors.map((vendor) => Object.values(known(catalogue.vendors, vendor)).flat());
}

function resolveService(name: string, asked: FleetDecky, catalogue: Catalogue): ResolvedService {
  const manifest = known(catalogue.services, name);
  const usual = optionsOfArchetype(known(catalogue.archetypes, asked.archetype), name);
  const config = manifest.configSchema.parse({ ...usual, ...asked.config?.[name] });
  return { name, ports: manifest.ports.map((port) => ({ ...port })), config: toRecord(config) };
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** What `checkFleet` has found to be there. */
function known<Value>(all: ReadonlyMap<string, Value>, name: string): Value {
  const value = all.get(name);
  if (value === undefined) throw new TypeError(`${name} is not in the catalogue`);
  return value;
}
