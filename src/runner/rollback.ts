import { DecnetError, exitCodes, toDecnetError } from '../errors.ts';
import type { PipelineStep } from '../pipeline/schema.ts';
import type { Run } from '../state/schema.ts';
import { undoStep } from './backward.ts';
import { decideRollback, type WayBack } from './decide.ts';
import { Interruption } from './interruption.ts';
import { restoreDeployment } from './restore.ts';
import { announceRun, finishRun, moveRun } from './run.ts';
import { currentRun, type Session } from './session.ts';
import { walkAgain } from './walk.ts';

/**
 * Takes the recorded run back: to the deployment that stood before it, or to nothing. Answers whether there was
 * anything to do.
 */
export async function runRollback(session: Session): Promise<boolean> {
  const { deployment } = session.store.current();
  const way = decideRollback(session.store.current());
  if (way === null) {
    // A rollback that was killed after its last record holds the name of what it restored: it goes with ours.
    if (deployment !== null) await session.claim(deployment.fleet.name);
    return false;
  }
  await session.claim(way.run.name);
  await goBack(session, way);
  return true;
}

/** Goes the way that was decided on. */
export async function goBack(session: Session, way: WayBack): Promise<void> {
  if (way.kind === 'restore') return restoreDeployment(session, way.deployment);
  if (way.kind === 'continue') return walkAgain(session);
  await rollBack(session);
}

/**
 * Undoes, last first, what the run made. Stops at the first undo that fails, since earlier steps hold what
 * its retry needs, and goes on from there when called again.
 */
export async function rollBack(session: Session): Promise<void> {
  await moveRun(session, 'rolling-back');
  const elements = rollbackOrder(currentRun(session), session.engine.pipelines.deploy);
  await announceRun(session, elements);
  try {
    for (const element of elements) await undoStep(session, element);
    await finishRun(session, 'rolled-back');
  } catch (error) {
    await finishRun(session, 'rollback-incomplete', error);
    throw error instanceof Interruption ? error : incomplete(currentRun(session), error);
  }
}

/** What is left to undo of a run, last first. Pure. */
export function rollbackOrder(run: Run, pipeline: readonly PipelineStep[]): readonly PipelineStep[] {
  const made = new Set(run.steps.filter((step) => step.made).map((step) => step.id));
  return pipeline
    .filter((element) => made.has(element.id))
    .map((element) => ({ ...element, direction: 'undo' as const }))
    .reverse();
}

function incomplete(run: Run, cause: unknown): DecnetError {
  const error = toDecnetError(cause);
  const left = run.steps.filter((step) => step.made).map((step) => step.id);
  return new DecnetError(`Rollback stopped: ${error.message} (left to undo: ${left.join(', ')})`, {
    code: 'ROLLBACK_INCOMPLETE',
    hint: error.hint ?? 'Mend the cause, then go on with: decnet rollback',
    exitCode: exitCodes.leftover,
    cause: error,
  });
}
