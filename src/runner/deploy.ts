import { rm } from 'node:fs/promises';
import { DecnetError, exitCodes } from '../errors.ts';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import { imagesOf } from '../services/templates.ts';
import type { RunOptions, StepRecord } from '../state/schema.ts';
import { decideDeploy } from './decide.ts';
import { applyStep } from './forward.ts';
import { rollBack } from './rollback.ts';
import { announceRun, beginRun, endedBy, finishRun, moveRun, skipUnlessWanted } from './run.ts';
import { currentRun, type Session, updateRun } from './session.ts';

export interface DeployRequest {
  readonly fleet: ResolvedFleet;
  /** Absolute; null when the fleet came from code. */
  readonly fleetFile: string | null;
  readonly options: RunOptions;
  readonly rollbackOnFailure: boolean;
}

/**
 * Walks the deploy pipeline towards a fleet: a new run, or the unfinished one of the same fleet.
 * A failure keeps what was reached; a preflight that refuses leaves no trace of the run.
 */
export async function runDeploy(session: Session, request: DeployRequest): Promise<void> {
  const { fleet, fleetFile, options } = request;
  const decision = decideDeploy(session.store.current(), fleet);
  const images = await imagesOf(session.engine.world.templates, fleet);
  // Whoever may not make links may not lock either: preflight refuses, and tells all that is wrong at once.
  if (await session.engine.world.host.hasNetAdmin()) await session.claim(fleet.name);
  if (decision.kind === 'fresh') {
    await beginRun(session, { pipeline: 'deploy', name: fleet.name, fleet, fleetFile, images, options });
  } else {
    await moveRun(session, 'running');
    await updateRun(session, (run) => ({ ...run, fleet, fleetFile, images, options }));
  }
  try {
    await walkForward(session);
  } catch (error) {
    if (request.rollbackOnFailure && endedBy(error) === 'failed' && canRollBack(session))
      await rollBack(session);
    throw error;
  }
}

/** Walks the pipeline of the recorded run, which is `running`, and writes how it ended. */
export async function walkForward(session: Session): Promise<void> {
  const elements = session.engine.pipelines[currentPipeline(session)];
  const madeBefore = madeSteps(session);
  await announceRun(session, elements);
  try {
    for (const element of elements) {
      if (!(await skipUnlessWanted(session, element))) await applyStep(session, element);
    }
    await finishRun(session, 'succeeded');
  } catch (error) {
    await finishRun(session, endedBy(error), error);
    if (isRefusal(error) && !stands(session, madeBefore)) await forgetRun(session);
    throw error;
  }
}

function currentPipeline(session: Session): 'deploy' | 'remove' {
  return currentRun(session).pipeline === 'remove' ? 'remove' : 'deploy';
}

function isRefusal(error: unknown): boolean {
  return error instanceof DecnetError && error.exitCode === exitCodes.refused;
}

// A step that refuses has by contract changed nothing, so that it does not count itself: the one that failed in
// this walk. One that an earlier walk made counts however it ended, since it may be half there.
function stands(session: Session, madeBefore: ReadonlySet<string>): boolean {
  const { run, deployment } = session.store.current();
  const isThere = (step: StepRecord): boolean =>
    step.made && (madeBefore.has(step.id) || step.status !== 'failed');
  return deployment !== null || (run?.steps.some(isThere) ?? false);
}

function madeSteps(session: Session): ReadonlySet<string> {
  const made = currentRun(session).steps.filter((step) => step.made);
  return new Set(made.map((step) => step.id));
}

function canRollBack(session: Session): boolean {
  const { run } = session.store.current();
  return run !== null && !run.overDeployment && run.steps.some((step) => step.made);
}

// Preflight refused and nothing stands: a run on record would only be in the way of the mended fleet.
async function forgetRun(session: Session): Promise<void> {
  await rm(session.paths.generated, { recursive: true, force: true });
  await session.store.discard();
}
