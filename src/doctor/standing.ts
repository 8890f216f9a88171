import type { Docker } from '../docker/docker.ts';
import { problemOf } from '../examine/problem.ts';
import { deploymentOfAlias, labels } from '../fleet/names.ts';
import type { Host } from '../host/host.ts';
import type { Fact, Part } from './report.ts';

interface Looking {
  readonly docker: Pick<Docker, 'listContainers' | 'listNetworks'>;
  readonly host: Pick<Host, 'links'>;
}

/** What of ours stands on this host, by its marks, whichever deployment it is of. */
export async function standingPart({ docker, host }: Looking): Promise<Omit<Part, 'title'>> {
  const sources: readonly (() => Promise<readonly Fact[]>)[] = [
    async () =>
      (await docker.listContainers(labels.deployment)).map(({ name, status }) => ({
        name: 'container',
        value: `${name}: ${status}`,
      })),
    async () =>
      (await docker.listNetworks())
        .filter(({ labels: marks }) => labels.network in marks || labels.deployment in marks)
        .map(({ name, driver, pools }) => ({
          name: 'network',
          value: `${name}: ${driver} ${pools.map(({ subnet }) => subnet).join(' ')}`,
        })),
    async () =>
      (await host.links())
        .filter(({ alias }) => deploymentOfAlias(alias) !== null)
        .map(({ name, kind, parent, up, alias }) => ({
          name: 'link',
          value: `${name}: ${kind} on ${parent}, ${up ? 'up' : 'down'}, alias ${alias}`,
        })),
  ];
  const kinds = ['containers', 'networks', 'links'];
  const results = await Promise.allSettled(sources.map((list) => list()));
  return {
    facts: results.flatMap((result, index) =>
      result.status === 'fulfilled' && result.value.length > 0
        ? result.value
        : [{ name: kinds[index] ?? '', value: result.status === 'fulfilled' ? 'none' : 'cannot be listed' }],
    ),
    checks: results.flatMap((result, index) =>
      result.status === 'fulfilled'
        ? []
        : [{ name: `list our ${kinds[index]}`, problem: problemOf(result.reason) }],
    ),
  };
}
