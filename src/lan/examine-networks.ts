import type { Container, Network } from '../docker/docker.ts';
import type { Problem } from '../examine/problem.ts';
import { containsCidr, parseInterfaceAddress } from '../fleet/addresses.ts';
import { labels } from '../fleet/names.ts';
import { type LanWorld, membersOf, seeMembers } from './members.ts';
import { differencesOf, type WantedNetwork } from './wanted.ts';

interface Wanting {
  readonly deployment: string;
  readonly wanted: WantedNetwork;
}

/** What stands in the way of the wanted Docker network: foreign ones, and deployments that want another. */
export async function examineNetworks(world: LanWorld, wanting: Wanting): Promise<readonly Problem[]> {
  const [networks, seen] = await Promise.all([world.docker.listNetworks(), seeMembers(world)]);
  const { deployment, wanted } = wanting;
  const own = seen.containers.filter((one) => one.labels[labels.deployment] === deployment);
  const others = membersOf(seen, wanted.parent).deployments.filter((name) => name !== deployment);
  return networks.flatMap((found): Problem[] => {
    const isShared = found.labels[labels.network] !== undefined;
    const isEarlier = found.labels[labels.deployment] === deployment;
    if (found.name === wanted.name && isShared) return disagreements(found, wanted, { own, others });
    if (isShared || isEarlier) {
      return [...moveProblems(found, wanted, own), ...(isShared ? overlapProblems(found, wanted) : [])];
    }
    return foreignProblems(found, wanted);
  });
}

/** The network that is wanted, otherwise than wanted: it can be replaced while nobody is on it. */
function disagreements(
  found: Network,
  wanted: WantedNetwork,
  { own, others }: { readonly own: readonly Container[]; readonly others: readonly string[] },
): Problem[] {
  const differs = differencesOf(found, wanted);
  if (differs.length === 0) return [];
  const how = `differs (${differs.join('; ')})`;
  if (others.length > 0) {
    const names = others.join(', ');
    const remedy = `Give the fleet what ${names} has, or another interface; or take that down first.`;
    return [{ what: `Docker network ${found.name} carries ${names} and ${how}`, remedy }];
  }
  return own.some(({ networks }) => networks.includes(found.name))
    ? [{ what: `Docker network ${found.name} carries this deployment and ${how}`, remedy: takeDown }]
    : [];
}

const takeDown = 'Take it down first with: decnet teardown';

/** A network of ours that is not the wanted one: the deployment cannot leave it while it stands. */
function moveProblems(found: Network, wanted: WantedNetwork, own: readonly Container[]): Problem[] {
  if (!own.some(({ networks }) => networks.includes(found.name))) return [];
  const what = `this deployment stands on Docker network ${found.name}, and the fleet wants ${wanted.name}`;
  return [{ what, remedy: takeDown }];
}

function foreignProblems(found: Network, wanted: WantedNetwork): Problem[] {
  const remedy = remedyOf(found);
  if (found.name === wanted.name) {
    return [{ what: `Docker network ${found.name} is there and not ours`, remedy }];
  }
  if (found.options.parent === wanted.parent) {
    return [{ what: `Docker network ${found.name} is on ${wanted.parent} already`, remedy }];
  }
  return overlapProblems(found, wanted);
}

function overlapProblems(found: Network, wanted: WantedNetwork): Problem[] {
  const pool = overlapping(found, wanted.subnet);
  if (pool === null) return [];
  const what = `Docker network ${found.name} overlaps ${wanted.subnet} (${pool})`;
  return [{ what, remedy: remedyOf(found) }];
}

function remedyOf({ name }: Network): string {
  return `Remove it if it is not needed: docker network rm ${name}. Or use another interface or subnet.`;
}

function overlapping(network: Network, subnet: string): string | null {
  const wanted = parseInterfaceAddress(subnet);
  for (const pool of network.pools) {
    const taken = parseInterfaceAddress(pool.subnet);
    if (wanted === null || taken === null) continue;
    if (containsCidr(wanted, taken) || containsCidr(taken, wanted)) return pool.subnet;
  }
  return null;
}
