import type { Container, Network } from '../docker/docker.ts';
import { deploymentOfAlias, labels } from '../fleet/names.ts';
import type { Link } from '../host/host.ts';
import { type LanWorld, sharedNetworks } from '../lan/members.ts';
import { type LockOwner, lockHolder } from '../state/lock.ts';
import { accountsFor } from './accounts-for.ts';
import type { ClaimFiles } from './claim-files.ts';
import { stateFilesOf } from './state-files.ts';

/** What stands of a deployment that no state file records: names. */
interface OrphanedDeployment {
  readonly deployment: string;
  readonly containers: readonly string[];
  readonly links: readonly string[];
  /** As decnet 0.1.0 made them, for a deployment alone. */
  readonly networks: readonly string[];
  /** Where it was deployed from, as far as anything tells: gone, damaged, or of something else by now. */
  readonly stateFiles: readonly string[];
}

export interface Orphans {
  readonly deployments: readonly OrphanedDeployment[];
  /** Shared networks that nobody else is on. */
  readonly networks: readonly string[];
}

interface Looking {
  readonly world: LanWorld;
  readonly self: LockOwner;
  /** A state file that counts though nothing may tell of it. */
  readonly statePath: string;
  claimFiles(deployment: string): ClaimFiles;
}

interface Marked {
  readonly containers: readonly Container[];
  readonly networks: readonly Network[];
  readonly links: readonly Link[];
}

/** Everything on this host that bears a mark of ours, and that no state file and no running command accounts for. */
export async function findOrphans(looking: Looking): Promise<Orphans> {
  const { docker, host } = looking.world;
  const [containers, networks, links] = await Promise.all([
    docker.listContainers(labels.deployment),
    docker.listNetworks(),
    host.links(),
  ]);
  const deployments: OrphanedDeployment[] = [];
  for (const [deployment, marked] of groups({ containers, networks, links })) {
    const { lock, note } = looking.claimFiles(deployment);
    if ((await lockHolder(lock, looking.self)) !== null) continue;
    if (await isRecorded(looking, deployment, marked.containers)) continue;
    deployments.push({
      deployment,
      containers: marked.containers.map(({ name }) => name).sort(),
      links: marked.links.map(({ name }) => name),
      networks: marked.networks.map(({ name }) => name),
      stateFiles: await stateFilesOf(marked.containers, note),
    });
  }
  const lost = deployments.map(({ deployment }) => deployment);
  const left = (await sharedNetworks(looking.world, null)).filter(({ members }) =>
    members.deployments.every((name) => lost.includes(name)),
  );
  return { deployments, networks: left.map(({ network }) => network.name) };
}

/** Whether a state file records a deployment that has these containers. */
export async function isRecorded(
  { statePath, claimFiles }: Pick<Looking, 'statePath' | 'claimFiles'>,
  deployment: string,
  containers: readonly Container[],
): Promise<boolean> {
  for (const path of [statePath, ...(await stateFilesOf(containers, claimFiles(deployment).note))]) {
    if (await accountsFor(path, deployment)) return true;
  }
  return false;
}

function groups({ containers, networks, links }: Marked): ReadonlyMap<string, Marked> {
  const ownerOf = (one: Container | Network): string | null => one.labels[labels.deployment] ?? null;
  const owners = [
    ...[...containers, ...networks].map(ownerOf),
    ...links.map(({ alias }) => deploymentOfAlias(alias)),
  ];
  const names = [...new Set(owners)].filter((name) => name !== null).sort();
  return new Map(
    names.map((name) => [
      name,
      {
        containers: containers.filter((one) => ownerOf(one) === name),
        networks: networks.filter((one) => ownerOf(one) === name),
        links: links.filter(({ alias }) => deploymentOfAlias(alias) === name),
      },
    ]),
  );
}
