import { DecnetError, exitCodes } from '../errors.ts';
import type { PipelineStep } from '../pipeline/schema.ts';
import type { Run } from '../state/schema.ts';
import { undoStep } from './backward.ts';
import { isRollingBack } from './decide.ts';
import { applyStep } from './forward.ts';
import { announceRun, tellFinished } from './run.ts';
import { currentRun, type Session } from './session.ts';

/**
 * Applies or undoes one step of the recorded run, for debugging. The status of the run stays: `resume`
 * finishes what is left.
 */
export async function runSingleStep(session: Session, element: PipelineStep): Promise<void> {
  const { run } = session.store.current();
  if (run === null || run.fleet === null) throw nothingToStep();
  if (isRollingBack(run) || !isSteppable(run)) throw wrongRun(run.pipeline);
  await session.claim(run.name);
  await announceRun(session, [element]);
  await (element.direction === 'apply' ? applyStep(session, element) : undoStep(session, element));
  tellFinished(session, currentRun(session));
}

/** A restored deployment has the steps of a deploy. */
function isSteppable({ pipeline }: Run): boolean {
  return pipeline === 'deploy' || pipeline === 'restore';
}

function nothingToStep(): DecnetError {
  return new DecnetError('No run is recorded here, so there is no step to run', {
    code: 'NO_RUN',
    hint: 'Record one with: decnet deploy fleet.yaml. Or name the state file with --state.',
    exitCode: exitCodes.decision,
  });
}

function wrongRun(pipeline: string): DecnetError {
  return new DecnetError(`The recorded run is a ${pipeline} or is being rolled back`, {
    code: 'UNFINISHED_RUN',
    hint: 'Finish it first with: decnet resume',
    exitCode: exitCodes.decision,
  });
}
