import { isDeepStrictEqual } from 'node:util';
import { DecnetError, exitCodes } from '../errors.ts';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import type { Run, State } from '../state/schema.ts';

/** What a command starts with: a new run, or the one on record. */
export type Decision = { readonly kind: 'fresh' } | { readonly kind: 'continue'; readonly run: Run };

/** Whether the run is a deploy that did not reach its end. */
function isUnfinishedDeploy(run: Run): boolean {
  return run.pipeline === 'deploy' && (run.status === 'failed' || run.status === 'interrupted');
}

// A step that refuses has by contract changed nothing: the mended fleet is what it asked for.
function hasMade(run: Run): boolean {
  return run.steps.some(({ made, error }) => made && error?.code !== 'PREFLIGHT_REFUSED');
}

/**
 * `deploy`: continues a run of the same fleet; starts anew where nothing stands, or over a finished deployment,
 * whose steps then apply the difference; refuses the rest (exit 4).
 */
export function decideDeploy(state: State, fleet: ResolvedFleet): Decision {
  const { run, deployment } = state;
  if (run === null || run.status === 'rolled-back') return { kind: 'fresh' };
  if (isRollingBack(run))
    throw needsDecision(run, 'A rollback is not finished', 'Finish it with: decnet rollback');
  if (run.pipeline !== 'deploy' && run.status !== 'succeeded') {
    throw needsDecision(run, 'A teardown is not finished', 'Finish it with: decnet resume');
  }
  if (run.pipeline === 'deploy' && isDeepStrictEqual(run.fleet, fleet)) return { kind: 'continue', run };
  if (isUnfinishedDeploy(run) && hasMade(run)) throw changedUnderRun(run);
  if (deployment !== null && deployment.fleet.name !== fleet.name) throw otherName(deployment.fleet, fleet);
  return { kind: 'fresh' };
}

/** `resume`: the run on record, whatever it was doing; null when it is complete and there is nothing to heal. */
export function decideResume(state: State): Run | null {
  const { run } = state;
  if (run === null) throw nothingRecorded();
  return run.status === 'rolled-back' ? null : run;
}

/**
 * `rollback`: the deploy on record; null when it is rolled back already. A run over a deployment that stood
 * before it is refused: what it made cannot be told from what it found.
 */
export function decideRollback(state: State): Run | null {
  const { run } = state;
  if (run === null) throw nothingRecorded();
  if (run.pipeline !== 'deploy') {
    throw needsDecision(run, 'A teardown cannot be rolled back', 'Finish it with: decnet resume');
  }
  if (run.overDeployment) {
    throw needsDecision(
      run,
      'This run went over a deployment that stood before it and cannot be rolled back',
      'Finish it with: decnet resume. Or remove the whole fleet with: decnet teardown',
    );
  }
  return run.status === 'rolled-back' ? null : run;
}

/** Whether the run has turned to taking back what it made. */
export function isRollingBack(run: Run): boolean {
  return run.status === 'rolling-back' || run.status === 'rollback-incomplete';
}

function otherName(standing: ResolvedFleet, fleet: ResolvedFleet): DecnetError {
  return new DecnetError(
    `Deployment ${standing.name} is on the wire under this state file, and the fleet is called ${fleet.name}`,
    {
      code: 'OTHER_DEPLOYMENT',
      hint: 'Take it down first with: decnet teardown. Or give the new one a state file of its own with --state.',
      exitCode: exitCodes.decision,
    },
  );
}

function changedUnderRun(run: Run): DecnetError {
  return needsDecision(
    run,
    'The fleet changed under an unfinished deploy',
    'See which steps change with: decnet resume. Or take back what was made with: decnet rollback',
  );
}

function needsDecision(run: Run, what: string, hint: string): DecnetError {
  return new DecnetError(`${what} (run ${run.id} of ${run.name}, ${run.pipeline}, ${run.status})`, {
    code: 'UNFINISHED_RUN',
    hint,
    exitCode: exitCodes.decision,
  });
}

function nothingRecorded(): DecnetError {
  return new DecnetError('No run is recorded here', {
    code: 'NO_RUN',
    hint: 'Deploy a fleet with: decnet deploy fleet.yaml. Or name the state file with --state.',
    exitCode: exitCodes.decision,
  });
}
