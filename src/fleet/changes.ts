import { isDeepStrictEqual } from 'node:util';
import type { ResolvedDecky, ResolvedFleet, ResolvedService } from './resolved.ts';

/** What a deploy over a deployment makes of it. Never holds a value of a service's options, which may be secret. */
export interface FleetChange {
  readonly action: 'add' | 'change' | 'remove';
  /** Its name; null where the change is of all deckies. */
  readonly decky: string | null;
  /** What changes, e.g. `+smb`, `-ftp`, `ssh: banner`, `ip 192.0.2.70 → 192.0.2.71`; nothing of those that come or go. */
  readonly what: readonly string[];
}

/** A fleet, and the tag of the image of each of its services. */
export interface FleetWithImages {
  readonly fleet: ResolvedFleet;
  readonly images: {
    readonly runtime: { readonly tag: string };
    readonly services: Readonly<Record<string, { readonly tag: string }>>;
  };
}

/** How a fleet differs from the one that stands, decky by decky in the order of the new one. Pure. */
export function fleetChanges(before: FleetWithImages, after: FleetWithImages): readonly FleetChange[] {
  const known = new Map(before.fleet.deckies.map((decky) => [decky.name, decky]));
  const wanted = new Set(after.fleet.deckies.map(({ name }) => name));
  const whole = [...wholeFleet(before.fleet, after.fleet), ...imageChanges(before, after)];
  const deckies = after.fleet.deckies.flatMap((decky): FleetChange[] => {
    const old = known.get(decky.name);
    if (old === undefined) return [{ action: 'add', decky: decky.name, what: [] }];
    const what = deckyChanges(old, decky);
    return what.length === 0 ? [] : [{ action: 'change', decky: decky.name, what }];
  });
  const gone = before.fleet.deckies.filter(({ name }) => !wanted.has(name));
  return [
    ...(whole.length === 0 ? [] : [{ action: 'change', decky: null, what: whole } as const]),
    ...deckies,
    ...gone.map(({ name }) => ({ action: 'remove', decky: name, what: [] }) as const),
  ];
}

function wholeFleet(before: ResolvedFleet, after: ResolvedFleet): string[] {
  const { network: old } = before;
  const { network: now } = after;
  const inNetwork = (['driver', 'interface', 'subnet', 'gateway', 'bridgeAddress'] as const).flatMap((key) =>
    old[key] === now[key] ? [] : [`${words[key]} ${moved(old[key], now[key])}`],
  );
  const inFleet = (['domain', 'egress', 'limits', 'alerts'] as const).filter(
    (key) => !isDeepStrictEqual(before[key], after[key]),
  );
  return [...inNetwork, ...inFleet];
}

const words = {
  driver: 'driver',
  interface: 'interface',
  subnet: 'subnet',
  gateway: 'gateway',
  bridgeAddress: 'host bridge',
} as const;

function imageChanges(before: FleetWithImages, after: FleetWithImages): string[] {
  if (before.images.runtime.tag !== after.images.runtime.tag) return ['new images of all services'];
  return Object.entries(after.images.services)
    .filter(([name, { tag }]) => (before.images.services[name]?.tag ?? tag) !== tag)
    .map(([name]) => `new image of ${name}`);
}

function deckyChanges(before: ResolvedDecky, after: ResolvedDecky): string[] {
  const shown = (['archetype', 'distro', 'hostname', 'ip', 'mac'] as const).flatMap((key) =>
    before[key] === after[key] ? [] : [`${key} ${moved(before[key], after[key])}`],
  );
  const identity = before.seed === after.seed ? [] : ['another seed'];
  return [...shown, ...identity, ...serviceChanges(before.services, after.services)];
}

function serviceChanges(before: readonly ResolvedService[], after: readonly ResolvedService[]): string[] {
  const known = new Map(before.map((service) => [service.name, service]));
  const wanted = new Set(after.map(({ name }) => name));
  return [
    ...after.flatMap((service) => {
      const old = known.get(service.name);
      if (old === undefined) return [`+${service.name}`];
      const options = changedOptions(old, service);
      return options.length === 0 ? [] : [`${service.name}: ${options.join(', ')}`];
    }),
    ...before.filter(({ name }) => !wanted.has(name)).map(({ name }) => `-${name}`),
  ];
}

function changedOptions(before: ResolvedService, after: ResolvedService): string[] {
  const names = new Set([...Object.keys(before.config), ...Object.keys(after.config)]);
  const options = [...names].filter((name) => !isDeepStrictEqual(before.config[name], after.config[name]));
  return isDeepStrictEqual(before.ports, after.ports) ? options : [...options, 'ports'];
}

function moved(from: string | null, to: string | null): string {
  return `${from ?? 'none'} → ${to ?? 'none'}`;
}
