import type { Container, Docker, Network } from '../docker/docker.ts';
import { deploymentOfAlias, labels, networkName, probeLinkName } from '../fleet/names.ts';
import type { Host, Link } from '../host/host.ts';

/** What the shared networks of a host are looked at with. */
export interface LanWorld {
  readonly docker: Docker;
  readonly host: Host;
}

/** Who is on the Docker network of a parent interface. */
export interface Members {
  /** Deployments with their host link on the parent or a container, running or not, on the network. */
  readonly deployments: readonly string[];
  /** Names of containers on the network that are nobody's deployment. */
  readonly strangers: readonly string[];
}

/** A shared network, and who is on it. */
export interface SharedNetwork {
  readonly network: Network;
  readonly members: Members;
}

/** Everything that makes somebody a member, of all networks: two calls. */
interface Seen {
  readonly links: readonly Link[];
  readonly containers: readonly Container[];
}

export async function seeMembers({ docker, host }: LanWorld): Promise<Seen> {
  const [links, containers] = await Promise.all([host.links(), docker.listContainers()]);
  return { links, containers };
}

/**
 * Pure. A deployment makes its link before it looks for the network, so that whoever looks with the host lock held
 * never misses one that is about to use it.
 */
export function membersOf({ links, containers }: Seen, parent: string): Members {
  const inside = containers.filter(({ networks }) => networks.includes(networkName(parent)));
  const names = [
    ...links.flatMap((link) => (link.parent === parent ? (ownerOf(link) ?? []) : [])),
    ...inside.flatMap((container) => container.labels[labels.deployment] ?? []),
  ];
  return {
    deployments: [...new Set(names)].sort(),
    strangers: inside
      .filter((container) => container.labels[labels.deployment] === undefined)
      .map(({ name }) => name),
  };
}

/** The deployment whose host link a link is. Preflight's trial bears the same mark, and makes nobody a member. */
function ownerOf({ name, alias }: Link): string | null {
  const deployment = deploymentOfAlias(alias);
  return deployment !== null && name !== probeLinkName(deployment) ? deployment : null;
}

/** The networks on parents by mark and exact name, with who is on each; `parent` null: on all of them. */
export async function sharedNetworks(
  world: LanWorld,
  parent: string | null,
): Promise<readonly SharedNetwork[]> {
  const [networks, seen] = await Promise.all([world.docker.listNetworks(), seeMembers(world)]);
  return networks.flatMap((network) => {
    const on = network.labels[labels.network];
    if (on === undefined || network.name !== networkName(on)) return [];
    if (parent !== null && on !== parent) return [];
    return [{ network, members: membersOf(seen, on) }];
  });
}
