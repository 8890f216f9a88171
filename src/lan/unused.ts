import type { Network } from '../docker/docker.ts';
import { DecnetError } from '../errors.ts';
import { labels } from '../fleet/names.ts';
import { type LanWorld, type SharedNetwork, sharedNetworks } from './members.ts';

/** Who leaves a network, and which one. */
export interface Leaving {
  readonly deployment: string;
  /** Parent interface; null where nothing is remembered of it: all of them. */
  readonly parent: string | null;
}

/**
 * Removes what nobody needs once a deployment has left: the shared network without another member, and what 0.1.0
 * made for it alone. To be called with the host lock held. Rejects with `NETWORK_IN_USE` where a container that is
 * nobody's deployment is on it.
 */
export async function leaveNetworks(world: LanWorld, leaving: Leaving): Promise<void> {
  for (const { network, members } of await networksLeftBy(world, leaving)) {
    if (members.strangers.length > 0) throw held(network, members.strangers);
    await world.docker.removeNetwork(network.id);
  }
}

/** The networks that no other deployment needs. */
export async function networksLeftBy(
  world: LanWorld,
  { deployment, parent }: Leaving,
): Promise<readonly SharedNetwork[]> {
  const shared = await sharedNetworks(world, parent);
  const left = shared.filter(({ members }) => members.deployments.every((name) => name === deployment));
  const own = (await world.docker.listNetworks())
    .filter((network) => network.labels[labels.deployment] === deployment)
    .map((network) => ({ network, members: { deployments: [deployment], strangers: [] } }));
  return [...left, ...own];
}

/**
 * Removes shared networks that nobody at all is on: the last one out switches off the light. To be called with the
 * host lock held.
 */
export async function removeAbandonedNetworks(world: LanWorld, parent: string | null): Promise<void> {
  for (const { network, members } of await sharedNetworks(world, parent)) {
    const isAbandoned = members.deployments.length + members.strangers.length === 0;
    if (isAbandoned) await world.docker.removeNetwork(network.id);
  }
}

function held({ name }: Network, strangers: readonly string[]): DecnetError {
  return new DecnetError(
    `Docker network ${name} cannot be removed: containers that are not decnet's are on it (${strangers.join(', ')})`,
    {
      code: 'NETWORK_IN_USE',
      hint: `Take them off it, e.g. with: docker network disconnect ${name} ${strangers[0] ?? 'CONTAINER'}`,
    },
  );
}
