import { once } from 'node:events';
import type {
  Container,
  ContainerChange,
  ContainerDetail,
  Docker,
  Image,
  Network,
  NetworkSpec,
} from '../../src/docker/docker.ts';
import { DecnetError } from '../../src/errors.ts';
import type { EgressState } from '../../src/host/host.ts';
import type { Faults } from './faults.ts';

interface FakeNetwork {
  readonly id: string;
  readonly spec: NetworkSpec;
}

export interface FakeContainer {
  readonly id: string;
  readonly name: string;
  state: 'created' | 'running' | 'restarting' | 'exited';
  exitCode: number;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `container:<id>` or the name of a network. */
  readonly networkMode: string;
  readonly ip: string;
  readonly mac: string;
  pid: number;
  /** Inode of its network namespace while it runs. */
  namespace: string;
  startedAt: string;
  /** What listens in it while it runs. */
  readonly ports: readonly { readonly port: number; readonly protocol: 'tcp' | 'udp' }[];
  /** As a server that has crashed inside its container. */
  isDeaf?: boolean;
  /** What it printed. */
  log?: readonly string[];
  /** Of a base: what became of its rules; as loaded, unless said. */
  egress?: EgressState['rules'];
}

/** What the engine holds: tests read and change it as `docker` by hand would. */
export interface DockerState {
  readonly networks: Map<string, FakeNetwork>;
  readonly containers: Map<string, FakeContainer>;
  /** By tag. */
  readonly images: Map<string, Image>;
  engineVersion: string;
  /** Ids, pids and inodes never come again. */
  next: number;
}

/** A container that nobody has marked, and that does not run. */
export function aContainer(name: string): FakeContainer {
  return {
    id: name,
    name,
    state: 'created',
    exitCode: 0,
    imageId: 'sha256:foreign',
    labels: {},
    networkMode: 'bridge',
    ip: '',
    mac: '',
    pid: 0,
    namespace: '',
    startedAt: '',
    ports: [],
  };
}

export function createDockerState(): DockerState {
  return {
    networks: new Map(),
    containers: new Map(),
    images: new Map(),
    engineVersion: '26.1.5',
    next: 100,
  };
}

export function nextId(state: DockerState, kind: string): string {
  state.next += 1;
  return `${kind}${state.next}`;
}

/** Names of the running containers that hang on a network by themselves. */
function endpointsOf(state: DockerState, network: string): readonly string[] {
  return [...state.containers.values()]
    .filter((container) => container.state === 'running' && container.networkMode === network)
    .map((container) => container.name);
}

export function containerNamed(state: DockerState, name: string): FakeContainer | undefined {
  return [...state.containers.values()].find((container) => container.name === name);
}

export function createFakeDocker(state: DockerState, faults: Faults, now: () => number): Docker {
  const { look, effect } = faults;
  return {
    version: () =>
      look('docker.version', () => ({
        version: state.engineVersion,
        rootDir: '/var/lib/docker',
      })),
    listNetworks: () =>
      look('docker.listNetworks', () => [...state.networks.values()].map((one) => asNetwork(one, []))),
    inspectNetwork: (name) => look('docker.inspectNetwork', () => inspectNetwork(state, name)),
    createNetwork: (spec) =>
      effect('docker.createNetwork', {
        whole: () => {
          const { name, driver, parent, subnet, gateway, ipRange, labels } = spec;
          refuseSecondNetwork(state, spec);
          const id = nextId(state, 'network');
          state.networks.set(id, { id, spec: { name, driver, parent, subnet, gateway, ipRange, labels } });
          return id;
        },
      }),
    removeNetwork: (id) => effect('docker.removeNetwork', { whole: () => removeNetwork(state, id) }),
    listContainers: (label, value) =>
      look('docker.listContainers', () =>
        [...state.containers.values()]
          .filter(({ labels }) => {
            if (label === undefined) return true;
            return value === undefined ? label in labels : labels[label] === value;
          })
          .map(asContainer),
      ),
    inspectContainer: (id) =>
      look('docker.inspectContainer', () => {
        const found = state.containers.get(id) ?? containerNamed(state, id);
        return found === undefined ? null : asDetail(found);
      }),
    removeContainer: (id) =>
      effect('docker.removeContainer', {
        whole: () => void state.containers.delete(id),
        half: () => stopContainer(state.containers.get(id), 137),
      }),
    listImages: (label) =>
      look('docker.listImages', () => [...state.images.values()].filter((image) => label in image.labels)),
    removeImage: (tag) =>
      effect('docker.removeImage', {
        whole: () => {
          const id = state.images.get(tag)?.id;
          if ([...state.containers.values()].some((one) => one.imageId === id)) return 'in-use' as const;
          state.images.delete(tag);
          return 'removed' as const;
        },
      }),
    importImage: (_archive, tag, labels) =>
      effect('docker.importImage', { whole: () => addImage(state, tag, labels) }),
    logs: async function* (id) {
      const time = new Date(now()).toISOString();
      const found = await look('docker.logs', () => state.containers.get(id) ?? containerNamed(state, id));
      for (const text of found?.log ?? []) yield { time, stream: 'stdout', text };
    },
    watchContainers: (_label, signal) => look('docker.watchContainers', () => silenceUntil(signal)),
  };
}

/** Nobody who is tested with this engine waits for changes: test/fakes/live-docker.ts has them. */
function silenceUntil(signal: AbortSignal): AsyncIterable<ContainerChange> {
  const next = async (): Promise<IteratorReturnResult<undefined>> => {
    if (!signal.aborted) await once(signal, 'abort');
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

export function addImage(state: DockerState, tag: string, labels: Readonly<Record<string, string>>): void {
  state.images.set(tag, { id: `sha256:${nextId(state, 'image')}`, tags: [tag], labels });
}

export function stopContainer(container: FakeContainer | undefined, exitCode: number): void {
  if (container === undefined) return;
  container.state = 'exited';
  container.exitCode = exitCode;
  container.pid = 0;
  container.namespace = '';
}

/** Starts a container: a network namespace of its own, or that of its base as it is at this moment. */
export function startContainer(state: DockerState, container: FakeContainer, now: number): void {
  const base = state.containers.get(container.networkMode.replace(/^container:/, ''));
  if (container.networkMode.startsWith('container:') && base?.state !== 'running') {
    throw new DecnetError(`cannot join network namespace of a non running container`, { code: 'FAKE' });
  }
  state.next += 1;
  container.state = 'running';
  container.pid = state.next;
  container.namespace = base === undefined ? `net:[${state.next}]` : base.namespace;
  container.startedAt = new Date(now).toISOString();
}

function inspectNetwork(state: DockerState, name: string): Network | null {
  const [found, ...others] = [...state.networks.values()].filter(({ spec }) => spec.name === name);
  if (others.length > 0) throw new DecnetError(`There are several networks ${name}`, { code: 'FAKE' });
  return found === undefined ? null : asNetwork(found, endpointsOf(state, name));
}

/** macvlan and ipvlan: one network a parent, whatever its pool. */
function refuseSecondNetwork(state: DockerState, { name, parent }: NetworkSpec): void {
  for (const { id, spec } of state.networks.values()) {
    if (spec.name === name) throw new DecnetError(`network ${name} already exists`, { code: 'FAKE' });
    if (spec.parent !== parent) continue;
    throw new DecnetError(`network dm-${id} is already using parent interface ${parent}`, { code: 'FAKE' });
  }
}

function removeNetwork(state: DockerState, id: string): void {
  const found = state.networks.get(id);
  if (found === undefined) return;
  if (endpointsOf(state, found.spec.name).length > 0) {
    throw new DecnetError(`network ${found.spec.name} has active endpoints`, { code: 'NETWORK_IN_USE' });
  }
  state.networks.delete(id);
}

function asNetwork({ id, spec }: FakeNetwork, containers: readonly string[]): Network {
  const { name, driver, parent, subnet, gateway, ipRange, labels } = spec;
  return {
    id,
    name,
    driver,
    options: { parent, [`${driver}_mode`]: driver === 'macvlan' ? 'bridge' : 'l2' },
    pools: [{ subnet, gateway, ipRange }],
    labels,
    containers,
  };
}

function asContainer(container: FakeContainer): Container {
  const { id, name, state, imageId, labels, networkMode, exitCode } = container;
  const words = { exited: 'Exited', restarting: 'Restarting', created: null, running: null }[state];
  const status = words === null ? state : `${words} (${exitCode}) 3 seconds ago`;
  const addresses = state === 'running' && container.ip !== '' ? [container.ip] : [];
  const networks = networkMode.startsWith('container:') ? [] : [networkMode];
  return { id, name, state, status, imageId, labels, networkMode, addresses, networks };
}

function asDetail(container: FakeContainer): ContainerDetail {
  const { id, name, state, pid, exitCode, startedAt, networkMode, ip, mac } = container;
  const isBase = !networkMode.startsWith('container:');
  return {
    id,
    name,
    running: state === 'running',
    pid,
    exitCode,
    startedAt,
    error: '',
    addresses: isBase ? { [networkMode]: { ip, mac } } : {},
    networkMode,
  };
}
