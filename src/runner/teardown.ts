import { rm } from 'node:fs/promises';
import { DecnetError, exitCodes, toDecnetError } from '../errors.ts';
import { deploymentOfAlias, labels, linkAlias } from '../fleet/names.ts';
import { networksLeftBy } from '../lan/unused.ts';
import type { PipelineStep } from '../pipeline/schema.ts';
import type { Deployment, RunOptions } from '../state/schema.ts';
import { nearest } from '../yaml/nearest.ts';
import { holdingHostLock } from './attempt.ts';
import { undoStep } from './backward.ts';
import { Interruption } from './interruption.ts';
import {
  announceRun,
  beginRun,
  endedBy,
  finishRun,
  firstOf,
  moveRun,
  skipUnlessWanted,
  tellFinished,
} from './run.ts';
import { currentRun, type Session, updateRun } from './session.ts';
import { runTransition } from './transition.ts';
import { walkForward } from './walk.ts';

/** How long the last look waits for a step of another deployment that touches the NIC, milliseconds. */
const lookingPatience = 60_000;

export interface TeardownRequest {
  /** Names; empty for the whole deployment. */
  readonly deckies: readonly string[];
  /** Also remove the images. */
  readonly images: boolean;
  /** Which deployment, where no state file tells. */
  readonly name: string | null;
}

/** Takes down the whole deployment, or the named deckies of it. Answers whether there was anything to do. */
export async function runTeardown(session: Session, request: TeardownRequest): Promise<boolean> {
  const { run, deployment } = session.store.current();
  const name = deployment?.fleet.name ?? run?.name ?? request.name ?? (await onlyNameFound(session));
  if (name === null) return false;
  if (request.name !== null && request.name !== name) throw otherName(session, name, request.name);
  await session.claim(name);
  if (request.deckies.length > 0) {
    const left = fleetWithout(session, deployment, request.deckies);
    if (left.fleet.deckies.length > 0) {
      await removeDeckies(session, left);
      return true;
    }
  }
  const options: RunOptions = { noCache: false, parallel: false, images: request.images };
  const fleet = deployment?.fleet ?? run?.fleet ?? null;
  const images = deployment?.images ?? run?.images ?? null;
  await beginRun(session, { pipeline: 'teardown', name, fleet, fleetFile: null, images, options });
  await walkTeardown(session, true);
  return true;
}

/**
 * Walks the recorded teardown: goes on past failures, then looks for what is left of ours. When nothing is,
 * the state file and everything generated go too.
 */
export async function walkTeardown(session: Session, isRunning = false): Promise<void> {
  if (!isRunning) await moveRun(session, 'running');
  const elements = session.engine.pipelines.teardown;
  await announceRun(session, elements);
  const failures: DecnetError[] = [];
  try {
    for (const element of elements) {
      await undoIfWanted(session, element).catch((error: unknown) => {
        if (error instanceof Interruption) throw error;
        failures.push(toDecnetError(error));
      });
    }
    const left = await leftovers(session);
    if (left.length > 0 || failures.length > 0) throw incomplete(left, firstOf(failures));
  } catch (error) {
    await finishRun(session, endedBy(error), error);
    throw error;
  }
  await forgetDeployment(session);
}

async function undoIfWanted(session: Session, element: PipelineStep): Promise<void> {
  if (!(await skipUnlessWanted(session, element))) await undoStep(session, element);
}

async function forgetDeployment(session: Session): Promise<void> {
  await updateRun(session, (run) => ({ ...run, status: runTransition(run.status, 'succeeded') }));
  const run = currentRun(session);
  await rm(session.paths.generated, { recursive: true, force: true });
  await session.store.discard();
  tellFinished(session, run);
}

/** Everything that bears a deployment's mark, and a network that nobody else needs, in words. */
async function leftovers(session: Session): Promise<readonly string[]> {
  const { world } = session.engine;
  const { name: deployment, fleet } = currentRun(session);
  const leaving = { deployment, parent: fleet?.network.interface ?? null };
  const containers = await world.docker.listContainers(labels.deployment, deployment);
  // Not while another deployment is half-way between its link and the network that goes with it.
  const networks = await holdingHostLock(session, lookingPatience, () => networksLeftBy(world, leaving));
  const links = await world.host.links();
  return [
    ...containers.map((container) => `container ${container.name}`),
    ...networks.map(({ network }) => `network ${network.name}`),
    ...links.filter((link) => link.alias === linkAlias(deployment)).map((link) => `link ${link.name}`),
  ];
}

async function removeDeckies(session: Session, left: Deployment): Promise<void> {
  const { fleet, images } = left;
  const options: RunOptions = { noCache: false, parallel: false, images: false };
  await beginRun(session, { pipeline: 'remove', name: fleet.name, fleet, fleetFile: null, images, options });
  await walkForward(session);
}

function fleetWithout(session: Session, deployment: Deployment | null, names: readonly string[]): Deployment {
  const { run } = session.store.current();
  if (deployment === null || (run !== null && run.status !== 'succeeded')) throw notFinished();
  const known = deployment.fleet.deckies.map((decky) => decky.name);
  for (const name of names) if (!known.includes(name)) throw noSuchDecky(name, known);
  const deckies = deployment.fleet.deckies.filter((decky) => !names.includes(decky.name));
  return { ...deployment, fleet: { ...deployment.fleet, deckies } };
}

async function onlyNameFound(session: Session): Promise<string | null> {
  const { docker, host } = session.engine.world;
  const containers = await docker.listContainers(labels.deployment);
  const networks = await docker.listNetworks();
  const links = await host.links();
  const names = new Set([
    ...[...containers, ...networks].flatMap((object) => object.labels[labels.deployment] ?? []),
    ...links.flatMap((link) => deploymentOfAlias(link.alias) ?? []),
  ]);
  if (names.size === 0) return null;
  throw new DecnetError(
    `No state file at ${session.paths.state}, but this host has marks of: ${[...names].sort().join(', ')}`,
    {
      code: 'NAME_NEEDED',
      hint: 'Name the state file with --state, or take one down by its marks: decnet teardown --name NAME',
      exitCode: exitCodes.decision,
    },
  );
}

function otherName(session: Session, name: string, asked: string): DecnetError {
  return new DecnetError(`The state file ${session.paths.state} is of deployment ${name}, not ${asked}`, {
    code: 'OTHER_DEPLOYMENT',
    hint: `Leave out --name, or run it where no state file lies: decnet teardown --name ${asked} --state ./none.json`,
    exitCode: exitCodes.decision,
  });
}

function notFinished(): DecnetError {
  return new DecnetError('Single deckies can be taken down only from a finished deployment', {
    code: 'UNFINISHED_RUN',
    hint: 'Finish the run first with: decnet resume. Or take everything down with: decnet teardown',
    exitCode: exitCodes.decision,
  });
}

function noSuchDecky(name: string, known: readonly string[]): DecnetError {
  const guess = nearest(name, known);
  return new DecnetError(`No decky is called ${name}; there are: ${known.join(', ')}`, {
    code: 'NO_SUCH_DECKY',
    ...(guess === null ? {} : { hint: `Did you mean ${guess}?` }),
    exitCode: exitCodes.usage,
  });
}

function incomplete(left: readonly string[], failure: DecnetError | null): DecnetError {
  const what = left.length > 0 ? `still there: ${left.join(', ')}` : 'not all could be taken back';
  const why = failure === null ? '' : ` (${failure.message})`;
  return new DecnetError(`Teardown incomplete, ${what}${why}`, {
    code: 'TEARDOWN_INCOMPLETE',
    hint: failure?.hint ?? 'Mend the cause, then run again: decnet teardown',
    exitCode: exitCodes.leftover,
    cause: failure ?? undefined,
  });
}
