import type { Container, Docker } from '../docker/docker.ts';
import { DecnetError, exitCodes } from '../errors.ts';
import { labels } from '../fleet/names.ts';
import { unknownName } from '../yaml/nearest.ts';
import type { Origin } from './record.ts';

/** A container whose log is read: a service's, or a decky's base. */
export interface Source extends Origin {
  readonly id: string;
}

/** What is recorded: the deployment and its deckies. */
export interface KnownDeployment {
  readonly name: string;
  readonly deckies: readonly string[];
}

/** Which containers are meant. Each that is empty, or not given, means all. */
export interface Selection {
  readonly deckies?: readonly string[];
  readonly services?: readonly string[];
}

/**
 * The containers of a deployment that are meant, by decky and service. Rejects with `NO_SUCH_DECKY` or
 * `NO_SUCH_SERVICE`, naming the nearest, when a name is neither recorded nor on a container.
 */
export async function findSources(
  docker: Docker,
  deployment: KnownDeployment,
  { deckies = [], services = [] }: Selection,
): Promise<Source[]> {
  const containers = await docker.listContainers(labels.deployment, deployment.name);
  const all = containers.flatMap(toSource);
  demand('decky', deckies, new Set([...deployment.deckies, ...all.map((source) => source.decky)]));
  const ofDeckies = all.filter((source) => deckies.length === 0 || deckies.includes(source.decky));
  // A decky without containers has no names to choose from: nothing to show is not a wrong name.
  if (ofDeckies.length > 0) demand('service', services, new Set(ofDeckies.map((source) => source.service)));
  return ofDeckies.filter((source) => services.length === 0 || services.includes(source.service));
}

/** A container of ours as a source: by both marks, a base is marked as a service too. Of any other, none. */
export function toSource(container: Container): Source[] {
  const decky = container.labels[labels.decky];
  const service = container.labels[labels.service];
  return decky === undefined || service === undefined ? [] : [{ id: container.id, decky, service }];
}

function demand(kind: 'decky' | 'service', names: readonly string[], known: ReadonlySet<string>): void {
  const name = names.find((one) => !known.has(one));
  if (name === undefined) return;
  const message = unknownName(kind, name, [...known].sort());
  throw new DecnetError(message.charAt(0).toUpperCase() + message.slice(1), {
    code: kind === 'decky' ? 'NO_SUCH_DECKY' : 'NO_SUCH_SERVICE',
    hint: 'See what there is: decnet status',
    exitCode: exitCodes.usage,
  });
}
