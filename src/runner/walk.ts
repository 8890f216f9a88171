import { rm } from 'node:fs/promises';
import { DecnetError, exitCodes } from '../errors.ts';
import type { PipelineName } from '../pipeline/schema.ts';
import type { Run, StepRecord } from '../state/schema.ts';
import { applyStep } from './forward.ts';
import { announceRun, endedBy, finishRun, moveRun, skipUnlessWanted } from './run.ts';
import { currentRun, type Session } from './session.ts';

/**
 * Walks the pipeline of the recorded run, which is `running`, and writes how it ended. `earlier` is the run that
 * it took the place of: a preflight that refuses puts it back, or leaves no trace where nothing stands.
 */
export async function walkForward(session: Session, earlier: Run | null = null): Promise<void> {
  const elements = session.engine.pipelines[forwardPipeline(currentRun(session))];
  const madeBefore = madeSteps(session);
  await announceRun(session, elements);
  try {
    for (const element of elements) {
      if (!(await skipUnlessWanted(session, element))) await applyStep(session, element);
    }
    await finishRun(session, 'succeeded');
  } catch (error) {
    await finishRun(session, endedBy(error), error);
    if (isRefusal(error) && !hasMade(session, madeBefore)) await forgetRun(session, earlier);
    throw error;
  }
}

/** Walks the recorded run, which had ended, once more. */
export async function walkAgain(session: Session): Promise<void> {
  await moveRun(session, 'running');
  await walkForward(session);
}

function forwardPipeline({ id, pipeline }: Run): Exclude<PipelineName, 'teardown'> {
  if (pipeline === 'teardown') throw new Error(`Run ${id} is a teardown, which is not walked forward`);
  return pipeline;
}

function isRefusal(error: unknown): boolean {
  return error instanceof DecnetError && error.exitCode === exitCodes.refused;
}

// A step that refuses has by contract changed nothing, so that it does not count itself: the one that failed in
// this walk. One that an earlier walk made counts however it ended, since it may be half there.
function hasMade(session: Session, madeBefore: ReadonlySet<string>): boolean {
  const isThere = (step: StepRecord): boolean =>
    step.made && (madeBefore.has(step.id) || step.status !== 'failed');
  return currentRun(session).steps.some(isThere);
}

function madeSteps(session: Session): ReadonlySet<string> {
  const made = currentRun(session).steps.filter((step) => step.made);
  return new Set(made.map((step) => step.id));
}

// Preflight refused: the run on record would only be in the way of the mended fleet, and of what stands.
async function forgetRun(session: Session, earlier: Run | null): Promise<void> {
  if (session.store.current().deployment !== null) {
    if (earlier !== null) await session.store.update((state) => ({ ...state, run: earlier }));
    return;
  }
  await rm(session.paths.generated, { recursive: true, force: true });
  await session.store.discard();
}
