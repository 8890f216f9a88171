import type { ExpectedContainer } from '../compose/file.ts';
import type { Container, Docker } from '../docker/docker.ts';
import { baseService, labels } from '../fleet/names.ts';
import type { Host } from '../host/host.ts';
import { inParallel } from '../in-parallel.ts';
import { uncontainedBases } from './uncontained.ts';

/** How many containers are looked at at a time. */
const looks = 8;

interface Looking {
  readonly docker: Pick<Docker, 'listContainers' | 'listImages' | 'inspectContainer'>;
  readonly host: Pick<Host, 'networkNamespace' | 'baseState'>;
}

type LookingInto = Pick<Looking, 'host'> & { readonly docker: Pick<Docker, 'inspectContainer'> };

interface Wanted {
  readonly deployment: string;
  readonly containers: readonly ExpectedContainer[];
}

/** What of a deployment is there, beside what should be. */
export interface Comparison {
  /** All that bear the deployment's mark. */
  readonly own: readonly Container[];
  /** Name of a container in a place of ours that does not bear our mark. */
  readonly foreign: string | null;
  /** How many of the wanted are there, in whatever condition. */
  readonly present: number;
  readonly missing: readonly ExpectedContainer[];
  readonly drifted: readonly ExpectedContainer[];
  /** Services that no `compose up` would mend, since their base is another one or has started again. */
  readonly detached: readonly Container[];
  /** Every container of the deckies whose base does not hold the rules for their way out. */
  readonly uncontained: readonly Container[];
  readonly extra: readonly Container[];
}

/** Two calls, and one inspection of each container that runs. */
export async function compareContainers({ docker, host }: Looking, input: Wanted): Promise<Comparison> {
  const looking = { docker: { inspectContainer: remembered(docker.inspectContainer) }, host };
  const [all, images] = await Promise.all([
    // All containers of this host: a name of ours may be taken by one without our mark.
    docker.listContainers(),
    docker.listImages(labels.image),
  ]);
  const found = all.filter((container) => container.labels[labels.deployment] === input.deployment);
  const imageIds = new Map(images.flatMap((image) => image.tags.map((tag) => [tag, image.id] as const)));
  const byName = new Map(found.map((container) => [container.name, container]));
  const expected = new Map(input.containers.map((container) => [container.name, container]));
  const present = input.containers.filter(({ name }) => byName.has(name));
  const isDrifted = (wanted: ExpectedContainer): boolean => {
    const container = byName.get(wanted.name);
    if (container === undefined) return false;
    return container.labels[labels.spec] !== wanted.spec || container.imageId !== imageIds.get(wanted.image);
  };
  const isRunning = ({ name }: ExpectedContainer): boolean => byName.get(name)?.state === 'running';
  return {
    own: found,
    foreign: all.find(({ name }) => expected.has(name) && !byName.has(name))?.name ?? null,
    present: present.length,
    missing: input.containers.filter((wanted) => !isRunning(wanted)),
    drifted: input.containers.filter(isDrifted),
    detached: await detachedServices(looking, input, byName),
    uncontained: await uncontainedContainers(looking, found),
    extra: found.filter(({ name }) => !expected.has(name)),
  };
}

async function detachedServices(
  looking: LookingInto,
  input: Wanted,
  byName: ReadonlyMap<string, Container>,
): Promise<readonly Container[]> {
  const bases = new Map(
    input.containers
      .filter(({ service }) => service === baseService)
      .map(({ decky, name }) => [decky, byName.get(name)]),
  );
  const services = input.containers.flatMap(({ decky, service, name }) => {
    const container = byName.get(name);
    return service === baseService || container === undefined ? [] : [{ container, base: bases.get(decky) }];
  });
  const detached = await inParallel(looks, services, async ({ container, base }) => {
    if (base?.state !== 'running' || container.networkMode !== `container:${base.id}`) return container;
    if (container.state !== 'running') return null;
    const [own, shared] = await Promise.all([container.id, base.id].map((id) => readNamespace(looking, id)));
    return own === shared ? null : container;
  });
  return detached.filter((container) => container !== null);
}

async function uncontainedContainers(
  looking: LookingInto,
  found: readonly Container[],
): Promise<readonly Container[]> {
  const deckies = (await uncontainedBases(looking, found)).map((base) => base.labels[labels.decky]);
  return found.filter((container) => deckies.includes(container.labels[labels.decky]));
}

async function readNamespace(looking: LookingInto, id: string): Promise<string | null> {
  const detail = await looking.docker.inspectContainer(id);
  return detail === null ? null : looking.host.networkNamespace(detail.pid);
}

/** Asks once for each id. */
function remembered<T>(ask: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (id) => {
    const answer = answers.get(id) ?? ask(id);
    answers.set(id, answer);
    return answer;
  };
}
