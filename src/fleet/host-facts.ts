import type { Host, HostIdentity, Link, Route } from '../host/host.ts';

/** What resolution needs to know of the host: nothing here changes while a fleet is deployed, our own link aside. */
export interface HostFacts {
  readonly machineId: string;
  /** Without loopback. */
  readonly interfaces: readonly HostInterface[];
  readonly defaultRoute: { readonly interface: string; readonly gateway: string | null } | null;
}

export interface HostInterface {
  readonly name: string;
  readonly mac: string;
  readonly alias: string | null;
  /** IPv4, as `198.51.100.1/24`. */
  readonly addresses: readonly string[];
}

export async function readHostFacts(host: Pick<Host, 'links' | 'routes' | 'identity'>): Promise<HostFacts> {
  const [links, routes, identity] = await Promise.all([host.links(), host.routes(), host.identity()]);
  return hostFactsFrom({ links, routes, identity });
}

/** Pure. The first default route counts: the kernel lists them by metric. */
export function hostFactsFrom(seen: {
  readonly links: readonly Link[];
  readonly routes: readonly Route[];
  readonly identity: HostIdentity;
}): HostFacts {
  const route = seen.routes.find(({ destination }) => destination === 'default');
  return {
    machineId: seen.identity.machineId,
    interfaces: seen.links
      .filter(({ name }) => name !== 'lo')
      .map(({ name, mac, alias, addresses }) => ({ name, mac: mac.toLowerCase(), alias, addresses })),
    defaultRoute: route === undefined ? null : { interface: route.link, gateway: route.gateway },
  };
}
