import { z } from 'zod';
import type { Network } from '../src/docker/docker.ts';
import { DecnetError } from '../src/errors.ts';
import { earlierNetworkName, labels } from '../src/fleet/names.ts';
import { membersOf, seeMembers } from '../src/lan/members.ts';
import { leaveNetworks } from '../src/lan/unused.ts';
import { differencesOf, emptyRange, wantedNetwork, wantedNetworkSchema } from '../src/lan/wanted.ts';
import { type CheckResult, defineStep, type StepContext } from '../src/runner/step.ts';

const inputSchema = wantedNetworkSchema.extend({ deployment: z.string() });
const outputSchema = z.object({ id: z.string() });

type Input = z.infer<typeof inputSchema>;

/**
 * The Docker network that the deckies are children of. Docker allows one a parent, so that all deployments on an
 * interface share it: the first makes it, the last one out removes it.
 */
export const network = defineStep({
  id: 'network',
  version: 2,
  title: 'Docker network on the parent interface',
  effect: 'reversible',
  locksHost: true,
  input: inputSchema,
  output: outputSchema,

  inputs: ({ fleet }) => ({ ...wantedNetwork(fleet), deployment: fleet.name }),

  check: look,

  async apply(context, input) {
    const { docker } = context.world;
    // Looked at anew with the host lock held: another deployment may have made it since.
    const found = await look(context, input);
    if (found.status === 'satisfied') return found.output;
    if (found.status === 'foreign') throw inTheWay(found);
    const [shared, earlier] = await Promise.all([
      docker.inspectNetwork(input.name),
      findEarlier(context, input),
    ]);
    for (const drifted of [shared, earlier]) if (drifted !== null) await removeDrifted(context, drifted);
    const id = await docker.createNetwork({
      name: input.name,
      driver: input.driver,
      parent: input.parent,
      subnet: input.subnet,
      gateway: input.gateway ?? input.spareGateway,
      ipRange: emptyRange(input.subnet),
      labels: { [labels.network]: input.parent },
    });
    return { id };
  },

  undo: (context, input) =>
    leaveNetworks(context.world, { deployment: context.name, parent: input?.parent ?? null }),
});

async function look(context: StepContext, input: Input): Promise<CheckResult<z.infer<typeof outputSchema>>> {
  const { docker } = context.world;
  const found = await docker.inspectNetwork(input.name);
  if (found === null) {
    const earlier = await findEarlier(context, input);
    if (earlier === null) return { status: 'absent' };
    return { status: 'drifted', differences: [`${earlier.name} is of an earlier version of decnet`] };
  }
  if (found.labels[labels.network] !== input.parent)
    return { status: 'foreign', found: `Docker network ${found.name}` };
  const differences = differencesOf(found, input);
  if (differences.length === 0) return { status: 'satisfied', output: { id: found.id } };
  const { deployments } = membersOf(await seeMembers(context.world), input.parent);
  const others = deployments.filter((name) => name !== input.deployment);
  if (others.length === 0) return { status: 'drifted', differences };
  return {
    status: 'foreign',
    found: `Docker network ${found.name}, which carries ${others.join(', ')} and differs (${differences.join('; ')})`,
    hint: `Give the fleet what ${others.join(' and ')} has, or another interface; or take that down first.`,
  };
}

/** What decnet 0.1.0 made for this deployment alone: it is on the parent, so that no other can be. */
async function findEarlier(context: StepContext, { deployment }: Input): Promise<Network | null> {
  const found = await context.world.docker.inspectNetwork(earlierNetworkName(deployment));
  return found?.labels[labels.deployment] === deployment ? found : null;
}

async function removeDrifted(context: StepContext, found: Network): Promise<void> {
  // Docker lets a network go from under containers that were made and do not run: they count too.
  const containers = await context.world.docker.listContainers();
  const on = containers.filter(({ networks }) => networks.includes(found.name)).map(({ name }) => name);
  const inside = new Set([...found.containers, ...on]);
  if (inside.size > 0) {
    throw new DecnetError(
      `Docker network ${found.name} differs from the fleet's and cannot be replaced: containers are in it (${[...inside].slice(0, 3).join(', ')}${inside.size > 3 ? ', …' : ''})`,
      { code: 'NETWORK_IN_USE', hint: 'Take the deployment down first with: decnet teardown' },
    );
  }
  await context.world.docker.removeNetwork(found.id);
}

function inTheWay({ found, hint }: { readonly found: string; readonly hint?: string }): DecnetError {
  return new DecnetError(`There is something in the way: ${found}`, {
    code: 'FOREIGN',
    hint: hint ?? 'Remove or rename it yourself; then run: decnet resume',
  });
}
