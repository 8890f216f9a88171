import { DecnetError } from '../../src/errors.ts';
import type { Holder, Host, HostIdentity, Link, LinkSpec, Route } from '../../src/host/host.ts';
import type { DockerState, FakeContainer } from './fake-docker.ts';
import type { Faults } from './faults.ts';

/** What the kernel holds: tests read and change it as `ip` by hand would. */
export interface HostState {
  identity: HostIdentity;
  isRoot: boolean;
  readonly links: Map<string, Link>;
  routes: Route[];
  freeBytes: number;
  /** What this kernel lacks to disguise a network stack. */
  missingForDisguise: readonly string[];
  /** Machines on the LAN beyond this host: MAC by address. */
  readonly lan: Map<string, string>;
  /** Children of the parent that are not ours, in namespaces of their own: MAC by address. */
  readonly siblings: Map<string, string>;
  /** Permanent entries of the neighbour table: MAC by `link address`. */
  readonly pinned: Map<string, string>;
  /** Link kinds that this kernel can make. */
  readonly kinds: Set<string>;
}

export const parentLink: Link = {
  name: 'eth0',
  up: true,
  mac: '02:00:00:00:aa:01',
  alias: null,
  kind: null,
  mode: null,
  parent: null,
  addresses: ['198.51.100.2/24'],
  wireless: false,
  answersForOthers: false,
};

export function createHostState(): HostState {
  return {
    identity: { hostname: 'sensor', machineId: 'machine-1', bootId: 'boot-1' },
    isRoot: true,
    links: new Map([[parentLink.name, parentLink]]),
    routes: [{ destination: '198.51.100.0/24', link: parentLink.name, gateway: null }],
    freeBytes: 10_000_000_000,
    missingForDisguise: [],
    lan: new Map(),
    siblings: new Map(),
    pinned: new Map(),
    kinds: new Set(['macvlan', 'ipvlan']),
  };
}

/** As `ip link del`: its routes go with it. */
export function deleteLink(state: HostState, name: string): void {
  state.links.delete(name);
  state.routes = state.routes.filter((route) => route.link !== name);
}

export function createFakeHost(state: HostState, docker: DockerState, faults: Faults): Host {
  const { look, effect } = faults;
  const change = (name: string, part: (link: Link) => Partial<Link>): void => {
    const link = linkNamed(state, name);
    state.links.set(name, { ...link, ...part(link) });
  };
  const addRoutes = (link: string, destinations: readonly string[]): void => {
    if (!linkNamed(state, link).up) throw new DecnetError('Network is down', { code: 'FAKE' });
    for (const destination of destinations) state.routes.push({ destination, link, gateway: null });
  };
  const deleteRoutes = (link: string, destinations: readonly string[]): void => {
    state.routes = state.routes.filter(
      (route) => route.link !== link || !destinations.includes(route.destination),
    );
  };
  const addLink = (spec: LinkSpec, alias: string | null): void => {
    const { name, kind, parent } = spec;
    if (state.links.has(name)) throw new DecnetError('File exists', { code: 'FAKE' });
    if (!state.kinds.has(kind)) {
      throw new DecnetError(`This kernel has no ${kind}`, { code: 'LINK_UNSUPPORTED', hint: 'Use another.' });
    }
    const { mac } = linkNamed(state, parent);
    const mode = kind === 'macvlan' ? 'bridge' : 'l2';
    const made = { name, kind, parent, alias, mode, mac: spec.mac ?? mac };
    state.links.set(name, { ...made, up: false, addresses: [], wireless: false, answersForOthers: true });
  };
  return {
    identity: () => look('host.identity', () => state.identity),
    hasNetAdmin: () => look('host.hasNetAdmin', () => state.isRoot),
    links: () => look('host.links', () => [...state.links.values()]),
    routes: () => look('host.routes', () => [...state.routes]),
    addLink: (spec) =>
      effect('host.addLink', {
        whole: () => addLink(spec, spec.alias),
        // The kernel takes a link and its alias in two messages.
        half: () => addLink(spec, null),
      }),
    deleteLink: (name) => effect('host.deleteLink', { whole: () => deleteLink(state, name) }),
    setLinkUp: (name) => effect('host.setLinkUp', { whole: () => change(name, () => ({ up: true })) }),
    answerForOwn: (name) =>
      effect('host.answerForOwn', { whole: () => change(name, () => ({ answersForOthers: false })) }),
    addAddress: (name, address) =>
      effect('host.addAddress', {
        whole: () => change(name, (link) => ({ addresses: [...new Set([...link.addresses, address])] })),
      }),
    deleteAddress: (name, address) =>
      effect('host.deleteAddress', {
        whole: () => change(name, (link) => ({ addresses: link.addresses.filter((one) => one !== address) })),
      }),
    addRoutes: (link, destinations) =>
      effect('host.addRoutes', {
        whole: () => addRoutes(link, destinations),
        half: () => addRoutes(link, firstHalf(destinations)),
      }),
    deleteRoutes: (link, destinations) =>
      effect('host.deleteRoutes', {
        whole: () => deleteRoutes(link, destinations),
        half: () => deleteRoutes(link, firstHalf(destinations)),
      }),
    askNeighbours: (link, addresses) =>
      look('host.askNeighbours', () => {
        const isReached = (ip: string): boolean =>
          state.links.get(link)?.up === true &&
          state.routes.some((route) => route.link === link && route.destination === `${ip}/32`);
        const bases = runningIn(docker, (container) => isReached(container.ip));
        return new Map(bases.filter(({ ip }) => addresses.includes(ip)).map(({ ip, mac }) => [ip, mac]));
      }),
    findHolders: (link, addresses) =>
      look('host.findHolders', () => {
        if (!state.isRoot) throw new DecnetError('Operation not permitted', { code: 'NOT_PERMITTED' });
        linkNamed(state, link);
        return new Map(addresses.map((ip) => [ip, holderOf(state, docker, link, ip)]));
      }),
    listeningPorts: (pid) =>
      look('host.listeningPorts', () => {
        const [own] = runningIn(docker, (container) => container.pid === pid);
        if (own === undefined) return [];
        const sharing = runningIn(docker, (one) => one.namespace === own.namespace && one.isDeaf !== true);
        return sharing.flatMap(({ ports }) => ports);
      }),
    networkNamespace: (pid) =>
      look('host.networkNamespace', () => {
        return runningIn(docker, (container) => container.pid === pid)[0]?.namespace ?? null;
      }),
    baseState: (pid) =>
      look('host.baseState', () => {
        const [base] = runningIn(docker, (container) => container.pid === pid);
        const rules = base?.egress ?? 'closed';
        return { announced: base !== undefined, egress: { rules, refused: rules === 'closed' ? 0 : null } };
      }),
    missingForDisguise: () => look('host.missingForDisguise', () => state.missingForDisguise),
    freeBytes: () => look('host.freeBytes', () => state.freeBytes),
  };
}

/** A parent hears who is beyond this host; a child of it hears the other children too, ours among them. */
function holderOf(state: HostState, docker: DockerState, link: string, ip: string): Holder | null {
  const pinned = state.pinned.get(`${link} ${ip}`);
  if (pinned !== undefined) return { mac: pinned, isPinned: true };
  const isChild = linkNamed(state, link).parent !== null;
  const child = isChild ? runningIn(docker, (container) => container.ip === ip)[0]?.mac : undefined;
  const mac = child ?? state.lan.get(ip) ?? (isChild ? state.siblings.get(ip) : undefined);
  return mac === undefined ? null : { mac, isPinned: false };
}

function linkNamed(state: HostState, name: string): Link {
  const link = state.links.get(name);
  if (link === undefined) throw new DecnetError(`Cannot find device "${name}"`, { code: 'FAKE' });
  return link;
}

function runningIn(docker: DockerState, isWanted: (container: FakeContainer) => boolean) {
  return [...docker.containers.values()].filter((one) => one.state === 'running' && isWanted(one));
}

function firstHalf<T>(items: readonly T[]): readonly T[] {
  return items.slice(0, Math.ceil(items.length / 2));
}
