import { z } from 'zod';
import { DecnetError, exitCodes } from '../src/errors.ts';
import { examineDisguise } from '../src/examine/disguise.ts';
import { examineCompose, examineEngine, examineSpace } from '../src/examine/engine.ts';
import { examineParent } from '../src/examine/parent.ts';
import { type Problem, problemOf } from '../src/examine/problem.ts';
import { addressClaims, addressClaimsSchema } from '../src/fleet/address-claims.ts';
import { bridgeLinkName, labels, linkAlias, probeLinkName } from '../src/fleet/names.ts';
import type { ResolvedFleet } from '../src/fleet/resolved.ts';
import type { Link } from '../src/host/host.ts';
import { addressClashes } from '../src/lan/address-clashes.ts';
import { examineNetworks } from '../src/lan/examine-networks.ts';
import { wantedNetwork, wantedNetworkSchema } from '../src/lan/wanted.ts';
import { findConflicts } from '../src/observe/address-conflicts.ts';
import { conflictText } from '../src/observe/conflict-text.ts';
import { defineStep, type StepContext } from '../src/runner/step.ts';

const inputSchema = z.object({
  deployment: z.string(),
  driver: z.enum(['macvlan', 'ipvlan']),
  parent: z.string(),
  /** What is looked for on the parent. */
  network: wantedNetworkSchema,
  link: z.string(),
  alias: z.string(),
  mac: z.string().nullable(),
  addresses: addressClaimsSchema,
  /** OS families that are disguised by rules, too. */
  disguised: z.array(z.string()),
});

type Input = z.infer<typeof inputSchema>;

/** Whether this host can carry the fleet. Every failed check is told at once; nothing was changed then. */
export const preflight = defineStep({
  id: 'preflight',
  version: 2,
  title: 'This host can carry the fleet',
  effect: 'reversible',
  locksHost: true,
  input: inputSchema,
  output: z.object({ engine: z.string(), compose: z.string() }),

  inputs: ({ fleet }) => ({
    deployment: fleet.name,
    driver: fleet.network.driver,
    parent: fleet.network.interface,
    network: wantedNetwork(fleet),
    link: bridgeLinkName(fleet.name),
    alias: linkAlias(fleet.name),
    mac: fleet.network.bridgeMac,
    addresses: addressClaims(fleet),
    disguised: disguisedFamilies(fleet),
  }),

  async check(context, input) {
    const weakness = await examineDisguise(context.world.host, input.disguised);
    if (weakness !== null) context.say(weakness);
    const [{ problems: others, versions }, addresses] = await Promise.all([
      examine(context, input),
      examineAddresses(context, input),
    ]);
    const problems = [...others, ...addresses];
    // Without the right to make links nothing can be tried: all that can be said is known. And whoever has
    // answered for an address must not have to answer again to be believed.
    const isFinal = addresses.length > 0 || !(await context.world.host.hasNetAdmin());
    if (problems.length > 0 && isFinal) throw refusal(problems);
    if (problems.length > 0) {
      const differences = problems.map(({ what, remedy }) => `${what}. ${remedy}`);
      return { status: 'drifted', differences, refuses: true };
    }
    const isProven = isBridgeThere(await context.world.host.links(), input);
    return isProven ? { status: 'satisfied', output: versions } : { status: 'absent' };
  },

  // Who has the addresses was asked a moment ago, by `check`, which ends it where anybody has.
  async apply(context, input) {
    const { problems, versions } = await examine(context, input);
    const all = [...problems, ...(await tryLink(context, input))];
    if (all.length > 0) throw refusal(all);
    return versions;
  },

  // Only a kill in the middle of the trial leaves anything.
  async undo(context) {
    await context.world.host.deleteLink(probeLinkName(context.name));
  },
});

function disguisedFamilies({ deckies }: ResolvedFleet): string[] {
  const disguised = deckies.filter(({ disguise }) => Object.keys(disguise).length > 0);
  return [...new Set(disguised.map(({ osFamily }) => osFamily))];
}

interface Findings {
  readonly problems: readonly Problem[];
  readonly versions: { readonly engine: string; readonly compose: string };
}

async function examine(context: StepContext, input: Input): Promise<Findings> {
  const { world } = context;
  const [rights, engine, compose, link, networks, space] = await Promise.all([
    examineRights(context),
    examineEngine(world.docker),
    examineCompose(world.compose),
    examineParent(world.host, input),
    examineLan(context, input),
    examineSpace(world.docker, world.host),
  ]);
  return {
    problems: [...rights, ...engine.problems, ...compose.problems, ...link, ...networks, ...space],
    versions: { engine: engine.version, compose: compose.version },
  };
}

async function examineRights(context: StepContext): Promise<readonly Problem[]> {
  if (await context.world.host.hasNetAdmin()) return [];
  return [{ what: 'this process lacks CAP_NET_ADMIN', remedy: 'Run decnet as root, e.g. with sudo.' }];
}

/** Whether the fleet gets on with the other deployments and Docker networks of this host. */
async function examineLan(context: StepContext, input: Input): Promise<readonly Problem[]> {
  const { deployment, network } = input;
  const [networks, clashes] = await Promise.all([
    // An engine that does not answer is told by its own check.
    examineNetworks(context.world, { deployment, wanted: network }).catch(() => []),
    addressClashes(context.world.host, {
      deployment,
      addresses: [...network.addresses, network.spareGateway],
    }),
  ]);
  return [...networks, ...clashes];
}

async function examineAddresses(context: StepContext, input: Input): Promise<readonly Problem[]> {
  const { docker, host } = context.world;
  // Without the rights, or an engine that knows what is ours, nothing is asked: each is told by its own check.
  const containers = await docker.listContainers(labels.deployment, input.deployment).catch(() => null);
  if (containers === null || !(await host.hasNetAdmin())) return [];
  const question = { containers, onHostLink: false };
  return (await findConflicts(host, input.addresses, question)).map(conflictText);
}

/** Makes a link of the wanted kind on the parent and removes it: the only proof that this kernel can. */
async function tryLink(context: StepContext, input: Input): Promise<readonly Problem[]> {
  const { host } = context.world;
  const links = await host.links();
  const isThere = links.some(({ name }) => name === input.parent);
  if (!isThere || isBridgeThere(links, input) || !(await host.hasNetAdmin())) return [];
  const name = probeLinkName(input.deployment);
  try {
    await host.deleteLink(name);
    await host.addLink({ name, kind: input.driver, parent: input.parent, mac: null, alias: input.alias });
    return [];
  } catch (error) {
    return [problemOf(error)];
  } finally {
    await host.deleteLink(name);
  }
}

/** The host link itself, not a trial that a kill left: the proof that this kernel can. */
function isBridgeThere(links: readonly Link[], input: Input): boolean {
  return links.some(({ name, alias }) => name === input.link && alias === input.alias);
}

function refusal(problems: readonly Problem[]): DecnetError {
  const lines = problems.map(({ what, remedy }) => `- ${what}. ${remedy}`);
  return new DecnetError(`This host cannot carry the fleet:\n${lines.join('\n')}`, {
    code: 'PREFLIGHT_REFUSED',
    hint: 'Nothing was changed. Mend the above, then run the same command again.',
    exitCode: exitCodes.refused,
  });
}
