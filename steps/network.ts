import { z } from 'zod';
import type { Network } from '../src/docker/docker.ts';
import { DecnetError } from '../src/errors.ts';
import { coverText } from '../src/fleet/addresses.ts';
import { labels, networkName } from '../src/fleet/names.ts';
import { defineStep, type StepContext } from '../src/runner/step.ts';

const inputSchema = z.object({
  name: z.string(),
  deployment: z.string(),
  driver: z.enum(['macvlan', 'ipvlan']),
  parent: z.string(),
  subnet: z.string(),
  gateway: z.string(),
  /** The smallest CIDR that covers every decky, when the network is made. */
  ipRange: z.string(),
});

type Input = z.infer<typeof inputSchema>;

/** The Docker network that the deckies are children of. */
export const network = defineStep({
  id: 'network',
  version: 1,
  title: 'Docker network on the parent interface',
  effect: 'reversible',
  locksHost: true,
  input: inputSchema,
  output: z.object({ id: z.string() }),

  inputs: ({ fleet }) => ({
    name: networkName(fleet.name),
    deployment: fleet.name,
    driver: fleet.network.driver,
    parent: fleet.network.interface,
    subnet: fleet.network.subnet,
    // Docker takes an address of the pool for a gateway where none is named, and it might be a decky's. The
    // host bridge's is ours and no decky's.
    gateway: fleet.network.gateway ?? fleet.network.bridgeAddress,
    ipRange: coverText(fleet.deckies.map((decky) => decky.ip)),
  }),

  async check(context, input) {
    const found = await context.world.docker.inspectNetwork(input.name);
    if (found === null) return { status: 'absent' };
    if (!isOurs(found, input.deployment)) return { status: 'foreign', found: `Docker network ${found.name}` };
    const differences = differencesOf(found, input);
    if (differences.length > 0) return { status: 'drifted', differences };
    return { status: 'satisfied', output: { id: found.id } };
  },

  async apply(context, input) {
    const found = await context.world.docker.inspectNetwork(input.name);
    if (found !== null) await removeDrifted(context, found);
    const id = await context.world.docker.createNetwork({
      ...input,
      labels: { [labels.deployment]: input.deployment },
    });
    return { id };
  },

  async undo(context) {
    const found = await context.world.docker.inspectNetwork(networkName(context.name));
    if (found === null || !isOurs(found, context.name)) return;
    await context.world.docker.removeNetwork(found.id);
  },
});

function isOurs(found: Network, deployment: string): boolean {
  return found.labels[labels.deployment] === deployment;
}

function differencesOf(found: Network, input: Input): readonly string[] {
  const pool = found.pools[0];
  const mode = input.driver === 'macvlan' ? 'bridge' : 'l2';
  const pairs = [
    ['driver', found.driver, input.driver],
    ['parent', found.options.parent ?? 'none', input.parent],
    ['mode', found.options[`${input.driver}_mode`] ?? mode, mode],
    ['subnet', pool?.subnet ?? 'none', input.subnet],
    ['gateway', pool?.gateway ?? 'none', input.gateway],
  ] as const;
  // The range only guides the addresses that Docker would draw; ours are fixed, and those outside it are taken too.
  return pairs
    .filter(([, is, wanted]) => is !== wanted)
    .map(([what, is, wanted]) => `${what} is ${is}, wanted ${wanted}`);
}

async function removeDrifted(context: StepContext, found: Network): Promise<void> {
  // Docker lets a network go from under containers that were made and never ran: ours count too.
  const own = await context.world.docker.listContainers(labels.deployment, context.name);
  const inside = new Set([...found.containers, ...own.map((container) => container.name)]);
  if (inside.size > 0) {
    throw new DecnetError(
      `Docker network ${found.name} differs from the fleet's and cannot be replaced: containers are in it (${[...inside].slice(0, 3).join(', ')}${inside.size > 3 ? ', …' : ''})`,
      { code: 'NETWORK_IN_USE', hint: 'Take the deployment down first with: decnet teardown' },
    );
  }
  await context.world.docker.removeNetwork(found.id);
}
