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

export interface Selection {
  readonly decky?: string;
  readonly service?: string;
}

/**
 * The containers of a deployment that are meant, by decky and service. Rejects with `NO_SUCH_DECKY` or
 * `NO_SUCH_SERVICE`, naming the nearest, when a name is neither recorded nor on a container.
 */
export async function findSources(
  docker: Docker,
  deployment: KnownDeployment,
  selection: Selection,
): Promise<Source[]> {
  const containers = await docker.listContainers(labels.deployment, deployment.name);
  const all = containers.flatMap(toSource);
  const deckies = new Set([...deployment.deckies, ...all.map((source) => source.decky)]);
  demand('decky', selection.decky, deckies);
  const ofDecky = all.filter((source) => selection.decky === undefined || source.decky === selection.decky);
  // A decky without containers has no names to choose from: nothing to show is not a wrong name.
  if (ofDecky.length > 0)
    demand('service', selection.service, new Set(ofDecky.map((source) => source.service)));
  return ofDecky.filter((source) => selection.service === undefined || source.service === selection.service);
}

// Both marks, or it is not a container of ours: a base is marked as a service too.
function toSource(container: Container): Source[] {
  const decky = container.labels[labels.decky];
  const service = container.labels[labels.service];
  return decky === undefined || service === undefined ? [] : [{ id: container.id, decky, service }];
}

function demand(kind: 'decky' | 'service', name: string | undefined, known: ReadonlySet<string>): void {
  if (name === undefined || known.has(name)) return;
  const message = unknownName(kind, name, [...known].sort());
  throw new DecnetError(message.charAt(0).toUpperCase() + message.slice(1), {
    code: kind === 'decky' ? 'NO_SUCH_DECKY' : 'NO_SUCH_SERVICE',
    hint: 'See what there is: decnet status',
    exitCode: exitCodes.usage,
  });
}
