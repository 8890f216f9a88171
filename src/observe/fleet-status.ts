import type { Container, ContainerDetail, Docker } from '../docker/docker.ts';
import { baseService, labels, networkName } from '../fleet/names.ts';
import type { Port, ResolvedDecky, ResolvedFleet } from '../fleet/resolved.ts';
import type { BaseState, EgressState, Host, ListeningPort } from '../host/host.ts';

/** A service that does not listen yet counts as starting for so long, milliseconds. */
const startingTime = 15_000;

/** With its exit code. `restarting`: Docker is about to start it again; `exited`: it is not. */
type Ended = `exited (${string})` | `restarting (${string})`;

/**
 * `healthy`: it runs and every declared port listens. `lost network`: it runs in a network namespace that is
 * no longer its base's, for good (compose issues 7765, 6626).
 */
export type Health = 'healthy' | 'starting' | 'not listening' | 'lost network' | 'missing' | Ended;

export interface ServiceStatus {
  readonly service: string;
  readonly ports: readonly Port[];
  readonly health: Health;
}

export interface DeckyStatus {
  readonly decky: string;
  readonly archetype: string;
  readonly hostname: string;
  readonly ip: string;
  /** As asked for; null on ipvlan. */
  readonly mac: string | null;
  /** Of the base container: address and MAC as Docker has them; null when it does not run. */
  readonly wire: { readonly ip: string; readonly mac: string } | null;
  /** Whether the base is seen to have announced its address since it started; false when it does not run. */
  readonly announced: boolean;
  readonly base: 'up' | 'missing' | Ended;
  /** Milliseconds since the base started; null when it does not run. */
  readonly uptime: number | null;
  /** The rules for what may leave the decky, as they stand; null when its base does not run. */
  readonly egress: EgressState | null;
  readonly services: readonly ServiceStatus[];
}

interface Looking {
  readonly docker: Pick<Docker, 'listContainers' | 'inspectContainer'>;
  readonly host: Pick<Host, 'listeningPorts' | 'networkNamespace' | 'baseState'>;
  readonly now: number;
}

/**
 * What should be, joined with what is: one call that lists the containers, one inspection and one read of
 * /proc per decky. Only a service that does not listen costs a look of its own.
 */
export async function observeFleet(looking: Looking, fleet: ResolvedFleet): Promise<readonly DeckyStatus[]> {
  const containers = await looking.docker.listContainers(labels.deployment, fleet.name);
  const byPlace = new Map(containers.map((container) => [placeOf(container), container]));
  return Promise.all(fleet.deckies.map((decky) => observeDecky(looking, fleet, decky, byPlace)));
}

/** Whether a decky is all that it should be. */
export function isHealthy(status: DeckyStatus): boolean {
  return (
    status.base === 'up' &&
    !isEgressBroken(status.egress) &&
    status.services.every((service) => service.health === 'healthy')
  );
}

/** Whether what leaves a decky is seen to be held to the rules that its fleet asks for. */
export function isEgressAsSet(egress: EgressState | null): boolean {
  return egress?.rules === 'closed' || egress?.rules === 'open';
}

/** Whether it is seen not to be. */
export function isEgressBroken(egress: EgressState | null): boolean {
  return egress?.rules === 'missing' || egress?.rules === 'changed';
}

function placeOf(container: Container): string {
  return `${container.labels[labels.decky]}/${container.labels[labels.service]}`;
}

interface Base extends BaseState {
  readonly detail: ContainerDetail;
  readonly listening: readonly ListeningPort[];
}

async function observeDecky(
  looking: Looking,
  fleet: ResolvedFleet,
  decky: ResolvedDecky,
  containers: ReadonlyMap<string, Container>,
): Promise<DeckyStatus> {
  const found = containers.get(`${decky.name}/${baseService}`);
  const base = found?.state === 'running' ? await observeBase(looking, found) : null;
  const services = decky.services.map(async (service): Promise<ServiceStatus> => {
    const container = containers.get(`${decky.name}/${service.name}`);
    return {
      service: service.name,
      ports: service.ports,
      health: await healthOf(looking, base, container, service.ports),
    };
  });
  return {
    decky: decky.name,
    archetype: decky.archetype,
    hostname: decky.hostname,
    ip: decky.ip,
    mac: decky.mac,
    wire: base?.detail.addresses[networkName(fleet.network.interface)] ?? null,
    base: found === undefined ? 'missing' : base === null ? ended(found) : 'up',
    announced: base?.announced ?? false,
    egress: base?.egress ?? null,
    // A base may have started anew since the look began.
    uptime: base === null ? null : Math.max(0, looking.now - Date.parse(base.detail.startedAt)),
    services: await Promise.all(services),
  };
}

async function observeBase(looking: Looking, container: Container): Promise<Base | null> {
  const detail = await looking.docker.inspectContainer(container.id);
  if (detail === null || !detail.running) return null;
  const [listening, state] = await Promise.all([
    looking.host.listeningPorts(detail.pid),
    looking.host.baseState(detail.pid),
  ]);
  return { detail, listening, ...state };
}

async function healthOf(
  looking: Looking,
  base: Base | null,
  container: Container | undefined,
  ports: readonly Port[],
): Promise<Health> {
  if (container === undefined) return 'missing';
  if (container.state !== 'running') return ended(container);
  if (base === null || container.networkMode !== `container:${base.detail.id}`) return 'lost network';
  if (ports.every((port) => listens(base.listening, port))) return 'healthy';
  const detail = await looking.docker.inspectContainer(container.id);
  if (detail === null) return 'missing';
  const [own, shared] = await Promise.all(
    [detail.pid, base.detail.pid].map((pid) => looking.host.networkNamespace(pid)),
  );
  if (own !== shared) return 'lost network';
  return looking.now - Date.parse(detail.startedAt) < startingTime ? 'starting' : 'not listening';
}

function listens(listening: readonly ListeningPort[], wanted: Port): boolean {
  return listening.some(({ port, protocol }) => port === wanted.port && protocol === wanted.protocol);
}

/** Docker's words hold the code: `Exited (1) 3 seconds ago`, `Restarting (1) …`; `created` has none. */
function ended(container: Container): Ended {
  const code = /\((\d+)\)/.exec(container.status)?.[1] ?? container.state;
  return container.state === 'restarting' ? `restarting (${code})` : `exited (${code})`;
}

/** Whether something of a decky is as it will stay, however long one waits: gone, or ended for good. */
export function isStuck({ base, services }: DeckyStatus): boolean {
  return [base, ...services.map(({ health }) => health)].some(
    (one) => one === 'missing' || one === 'lost network' || one.startsWith('exited'),
  );
}
