import { dirname } from 'node:path';
import { z } from 'zod';
import { baseService } from '../src/compose/containers.ts';
import { expectedContainers } from '../src/compose/file.ts';
import type { Container } from '../src/docker/docker.ts';
import { DecnetError, exitCodes } from '../src/errors.ts';
import { addressClaims, addressClaimsSchema } from '../src/fleet/address-claims.ts';
import { labels, projectName } from '../src/fleet/names.ts';
import { inParallel } from '../src/in-parallel.ts';
import { type AddressConflict, findConflicts } from '../src/observe/address-conflicts.ts';
import { refuseBaseFaults } from '../src/observe/base-fault.ts';
import { conflictText } from '../src/observe/conflict-text.ts';
import { uncontainedBases } from '../src/observe/uncontained.ts';
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
type Expected = Input['containers'][number];

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
    const found = await compare(context, input);
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
    const found = await compare(context, input);
    const question = { containers: found.own, onHostLink: true };
    const conflicts = await findConflicts(context.world.host, input.addresses, question);
    if (conflicts.length > 0) throw addressesInUse(conflicts);
    context.signal.throwIfAborted();
    const unusable = [...found.detached, ...found.uncontained];
    await removeAll(context, [...new Set([...found.extra, ...unusable])]);
    if (found.missing.length + found.drifted.length + unusable.length > 0) {
      await bringUp(context, input);
    }
    return { containers: input.containers.length };
  },

  async undo(context) {
    await removeAll(context, await context.world.docker.listContainers(labels.deployment, context.name));
  },
});

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

interface Comparison {
  /** All that bear the deployment's mark. */
  readonly own: readonly Container[];
  /** Name of a container in a place of ours that does not bear our mark. */
  readonly foreign: string | null;
  /** How many of the wanted are there, in whatever condition. */
  readonly present: number;
  readonly missing: readonly Expected[];
  readonly drifted: readonly Expected[];
  /** Services that no `compose up` would mend, since their base is another one or has started again. */
  readonly detached: readonly Container[];
  /** Every container of the deckies whose base does not hold the rules for their way out. */
  readonly uncontained: readonly Container[];
  readonly extra: readonly Container[];
}

async function compare(context: StepContext, input: Input): Promise<Comparison> {
  const { docker } = context.world;
  const [all, images] = await Promise.all([
    // All containers of this host: a name of ours may be taken by one without our mark.
    docker.listContainers(),
    docker.listImages(labels.image),
  ]);
  const found = all.filter((container) => container.labels[labels.deployment] === input.deployment);
  const imageIds = new Map(images.flatMap((image) => image.tags.map((tag) => [tag, image.id] as const)));
  const byName = new Map(found.map((container) => [container.name, container]));
  const expected = new Map(input.containers.map((container) => [container.name, container]));
  const present = input.containers.filter(({ name }) => byName.has(name));
  const isDrifted = (wanted: Expected): boolean => {
    const container = byName.get(wanted.name);
    if (container === undefined) return false;
    return container.labels[labels.spec] !== wanted.spec || container.imageId !== imageIds.get(wanted.image);
  };
  const isRunning = ({ name }: Expected): boolean => byName.get(name)?.state === 'running';
  return {
    own: found,
    foreign: all.find(({ name }) => expected.has(name) && !byName.has(name))?.name ?? null,
    present: present.length,
    missing: input.containers.filter((wanted) => !isRunning(wanted)),
    drifted: input.containers.filter(isDrifted),
    detached: await detachedServices(context, input, byName),
    uncontained: await uncontainedContainers(context, found),
    extra: found.filter(({ name }) => !expected.has(name)),
  };
}

async function detachedServices(
  context: StepContext,
  input: Input,
  byName: ReadonlyMap<string, Container>,
): Promise<readonly Container[]> {
  const bases = new Map(
    input.containers
      .filter(({ service }) => service === baseService)
      .map(({ decky, name }) => [decky, byName.get(name)]),
  );
  const services = input.containers.flatMap(({ decky, service, name }) => {
    const container = byName.get(name);
    return service === baseService || container === undefined ? [] : [{ container, base: bases.get(decky) }];
  });
  const namespaces = new Map<string, Promise<string | null>>();
  const namespaceOf = (id: string): Promise<string | null> => {
    const known = namespaces.get(id) ?? readNamespace(context, id);
    namespaces.set(id, known);
    return known;
  };
  const detached = await inParallel(removals, services, async ({ container, base }) => {
    if (base?.state !== 'running' || container.networkMode !== `container:${base.id}`) return container;
    if (container.state !== 'running') return null;
    const [own, shared] = await Promise.all([namespaceOf(container.id), namespaceOf(base.id)]);
    return own === shared ? null : container;
  });
  return detached.filter((container) => container !== null);
}

async function uncontainedContainers(
  context: StepContext,
  found: readonly Container[],
): Promise<readonly Container[]> {
  const deckies = (await uncontainedBases(context.world, found)).map((base) => base.labels[labels.decky]);
  return found.filter((container) => deckies.includes(container.labels[labels.decky]));
}

async function readNamespace(context: StepContext, id: string): Promise<string | null> {
  const detail = await context.world.docker.inspectContainer(id);
  return detail === null ? null : context.world.host.networkNamespace(detail.pid);
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
