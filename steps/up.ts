import { dirname } from 'node:path';
import { z } from 'zod';
import { expectedContainers } from '../src/compose/file.ts';
import type { Container } from '../src/docker/docker.ts';
import { DecnetError, exitCodes } from '../src/errors.ts';
import { addressClaims, addressClaimsSchema } from '../src/fleet/address-claims.ts';
import { baseService, labels, projectName } from '../src/fleet/names.ts';
import { inParallel } from '../src/in-parallel.ts';
import { type AddressConflict, findConflicts } from '../src/observe/address-conflicts.ts';
import { refuseBaseFaults } from '../src/observe/base-fault.ts';
import { compareContainers } from '../src/observe/compare-containers.ts';
import { conflictText } from '../src/observe/conflict-text.ts';
import { defineStep, type StepContext } from '../src/runner/step.ts';
import { tagsOf } from '../src/services/templates.ts';

const inputSchema = z.object({
  project: z.string(),
  composeFile: z.string(),
  deployment: z.string(),
  containers: z.array(
    z.object({
      name: z.string(),
      decky: z.string(),
      service: z.string(),
      image: z.string(),
      spec: z.string(),
    }),
  ),
  addresses: addressClaimsSchema,
});

type Input = z.infer<typeof inputSchema>;

/** How many containers are removed at a time. */
const removals = 8;

/**
 * Brings the containers up, and keeps them as the compose file has them. An address that somebody took since
 * preflight is never taken from them: it refuses then (exit 3) before it changes anything. What the steps before
 * it made stands and is on record, so that `resume` goes on when the address is free.
 */
export const up = defineStep({
  id: 'up',
  version: 1,
  title: 'Deckies and their services',
  effect: 'reversible',
  input: inputSchema,
  output: z.object({ containers: z.number() }),

  inputs: ({ fleet, images, paths }) => ({
    project: projectName(fleet.name),
    composeFile: paths.composeFile,
    deployment: fleet.name,
    containers: [...expectedContainers(fleet, tagsOf(images))],
    addresses: addressClaims(fleet),
  }),

  async check(context, input) {
    const found = await compareContainers(context.world, input);
    if (found.foreign !== null) return { status: 'foreign', found: `container ${found.foreign}` };
    if (found.present === 0) return { status: 'absent' };
    const differences = [
      ...found.missing.map(({ name }) => `${name} is missing or does not run`),
      ...found.drifted.map(({ name }) => `${name} is not as the compose file has it`),
      ...found.detached.map(({ name }) => `${name} has lost the network of its base`),
      ...found.uncontained.map(({ name }) => `${name} does not hold the rules for its way out`),
      ...found.extra.map(({ name }) => `${name} is not wanted`),
    ];
    if (differences.length > 0) return { status: 'drifted', differences };
    return { status: 'satisfied', output: { containers: input.containers.length } };
  },

  async apply(context, input) {
    const found = await compareContainers(context.world, input);
    const question = { containers: found.own, onHostLink: true };
    const conflicts = await findConflicts(context.world.host, input.addresses, question);
    if (conflicts.length > 0) throw addressesInUse(conflicts);
    context.signal.throwIfAborted();
    const unusable = [...found.detached, ...found.uncontained];
    const inTheWay = [...found.extra, ...unusable, ...misplaced(found.own, input)];
    await removeAll(context, [...new Set(inTheWay)]);
    if (found.missing.length + found.drifted.length + unusable.length > 0) {
      await bringUp(context, input);
    }
    return { containers: input.containers.length };
  },

  async undo(context) {
    await removeAll(context, await context.world.docker.listContainers(labels.deployment, context.name));
  },
});

/**
 * All containers of the deckies that have an address which another is to get: Docker gives it to nobody before they
 * are gone, and compose makes containers anew side by side.
 */
function misplaced(own: readonly Container[], { addresses }: Input): readonly Container[] {
  const owners = new Map(addresses.deckies.map(({ ip, name }) => [ip, name]));
  const isTaken = (container: Container): boolean =>
    container.addresses.some(
      (ip) => (owners.get(ip) ?? container.labels[labels.decky]) !== container.labels[labels.decky],
    );
  const deckies = new Set(own.filter(isTaken).map((container) => container.labels[labels.decky]));
  return own.filter((container) => deckies.has(container.labels[labels.decky]));
}

async function bringUp(context: StepContext, input: Input): Promise<void> {
  const { compose, docker } = context.world;
  const { project: name, composeFile: file, deployment } = input;
  try {
    await compose.up({ name, file, directory: dirname(file) }, context.child);
  } catch (error) {
    context.signal.throwIfAborted();
    // A service that cannot join its base fails in Docker's words, which do not tell why the base has ended.
    const ended = (await docker.listContainers(labels.deployment, deployment)).filter(
      (one) => one.labels[labels.service] === baseService && !['running', 'created'].includes(one.state),
    );
    const deckies = ended.flatMap((one) => one.labels[labels.decky] ?? []);
    await refuseBaseFaults(docker, { deployment, deckies, signal: context.signal });
    throw error;
  }
}

function addressesInUse(conflicts: readonly AddressConflict[]): DecnetError {
  const lines = conflicts.map(conflictText).map(({ what, remedy }) => `- ${what}. ${remedy}`);
  return new DecnetError(`Addresses of the fleet are in use:\n${lines.join('\n')}`, {
    code: 'ADDRESS_IN_USE',
    hint: 'No container was touched. When they are free, run: decnet resume. With other addresses in the fleet file: decnet resume --accept-changes',
    exitCode: exitCodes.refused,
  });
}

async function removeAll(context: StepContext, containers: readonly Container[]): Promise<void> {
  await inParallel(removals, containers, async ({ id, name }) => {
    context.signal.throwIfAborted();
    await context.world.docker.removeContainer(id);
    context.say(`removed ${name}`);
  });
}
