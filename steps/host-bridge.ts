import { z } from 'zod';
import { DecnetError } from '../src/errors.ts';
import { bridgeLinkName, linkAlias, probeLinkName } from '../src/fleet/names.ts';
import type { Link, Route } from '../src/host/host.ts';
import { isOwnHostLink } from '../src/lan/host-link.ts';
import { removeAbandonedNetworks } from '../src/lan/unused.ts';
import { defineStep, type StepContext } from '../src/runner/step.ts';

const inputSchema = z.object({
  link: z.string(),
  alias: z.string(),
  kind: z.enum(['macvlan', 'ipvlan']),
  parent: z.string(),
  mac: z.string().nullable(),
  /** CIDR, /32: the link answers for itself alone. */
  address: z.string(),
  /** CIDRs, /32 each: the deckies and nobody else. */
  routes: z.array(z.string()),
});

type Input = z.infer<typeof inputSchema>;

/**
 * A link on the host beside the deckies', since a parent cannot talk to its own macvlan children. It does not
 * survive a reboot; its routes go with it. It comes before the Docker network and makes the deployment a member of
 * it, so that nobody removes it from under a deploy.
 */
export const hostBridge = defineStep({
  id: 'host-bridge',
  version: 1,
  title: 'Host link and routes to the deckies',
  effect: 'reversible',
  locksHost: true,
  input: inputSchema,
  output: z.object({ link: z.string(), routes: z.array(z.string()) }),

  inputs: ({ fleet }) => ({
    link: bridgeLinkName(fleet.name),
    alias: linkAlias(fleet.name),
    kind: fleet.network.driver,
    parent: fleet.network.interface,
    mac: fleet.network.bridgeMac,
    address: `${fleet.network.bridgeAddress}/32`,
    routes: fleet.deckies.map((decky) => `${decky.ip}/32`).sort(),
  }),

  async check(context, input) {
    const { link, routes } = await look(context, input);
    const taken = routes.find(
      (route) => route.link !== input.link && input.routes.includes(route.destination),
    );
    if (taken) return { status: 'foreign', found: `route to ${taken.destination} on ${taken.link}` };
    if (link === null) return { status: 'absent' };
    if (!isOwnHostLink(link, input)) return { status: 'foreign', found: `link ${link.name}` };
    const differences = [...linkDifferences(link, input), ...routeDifferences(routes, input)];
    if (differences.length > 0) return { status: 'drifted', differences };
    return { status: 'satisfied', output: { link: input.link, routes: input.routes } };
  },

  async apply(context, input) {
    const { host } = context.world;
    const found = await look(context, input);
    const isKept = found.link !== null && isSameLink(found.link, input);
    if (!isKept) {
      if (found.link !== null) await host.deleteLink(input.link);
      await host.addLink({ ...input, name: input.link });
    }
    await host.addAddress(input.link, input.address);
    for (const address of isKept ? (found.link?.addresses ?? []) : []) {
      if (address !== input.address) await host.deleteAddress(input.link, address);
    }
    await host.answerForOwn(input.link);
    await host.setLinkUp(input.link);
    const { missing, extra } = compareRoutes((await look(context, input)).routes, input);
    await host.deleteRoutes(input.link, extra);
    await host.addRoutes(input.link, missing, input.address.slice(0, -'/32'.length));
    return { link: input.link, routes: input.routes };
  },

  async undo(context, input) {
    const { host } = context.world;
    for (const link of await host.links()) {
      const isMarked = link.alias === linkAlias(context.name);
      // A trial of preflight's that a kill left: no other link has this name.
      const isTrial = link.name === probeLinkName(context.name);
      if (isMarked || isTrial || (input !== null && isOwnHostLink(link, input)))
        await host.deleteLink(link.name);
    }
    // Two deployments that are taken back side by side each leave the network to the other, until the links go.
    await removeAbandonedNetworks(context.world, input?.parent ?? null);
  },
});

async function look(
  context: StepContext,
  input: Input,
): Promise<{ link: Link | null; routes: readonly Route[] }> {
  const [links, routes] = await Promise.all([context.world.host.links(), context.world.host.routes()]);
  const parent = links.find((link) => link.name === input.parent);
  if (parent === undefined) throw noParent(input.parent);
  return { link: links.find((link) => link.name === input.link) ?? null, routes };
}

function isSameLink(link: Link, input: Input): boolean {
  return (
    link.kind === input.kind &&
    link.parent === input.parent &&
    link.alias === input.alias &&
    (input.mac === null || link.mac === input.mac)
  );
}

function linkDifferences(link: Link, input: Input): readonly string[] {
  const differences: string[] = [];
  if (!isSameLink(link, input)) {
    differences.push(
      `link is a ${link.kind} on ${link.parent} with ${link.mac}, wanted ${input.kind} on ${input.parent}${input.mac === null ? '' : ` with ${input.mac}`}`,
    );
  }
  if (!link.up) differences.push('link is down');
  if (link.answersForOthers) differences.push("link answers for the host's other addresses");
  if (!link.addresses.includes(input.address)) differences.push(`address ${input.address} is missing`);
  for (const address of link.addresses) {
    if (address !== input.address) differences.push(`address ${address} is not wanted`);
  }
  return differences;
}

function compareRoutes(routes: readonly Route[], input: Input) {
  const ours = routes.filter((route) => route.link === input.link).map((route) => route.destination);
  return {
    missing: input.routes.filter((wanted) => !ours.includes(wanted)),
    extra: ours.filter((destination) => !input.routes.includes(destination)),
  };
}

function routeDifferences(routes: readonly Route[], input: Input): readonly string[] {
  const { missing, extra } = compareRoutes(routes, input);
  return [
    ...missing.map((destination) => `route to ${destination} is missing`),
    ...extra.map((destination) => `route to ${destination} is not wanted`),
  ];
}

function noParent(parent: string): DecnetError {
  return new DecnetError(`The parent interface ${parent} is not there`, {
    code: 'NO_SUCH_INTERFACE',
    hint: 'Look at: ip link. Bring the interface back, or change network.interface in the fleet file.',
  });
}
