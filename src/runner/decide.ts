import { isDeepStrictEqual } from 'node:util';
import { DecnetError, exitCodes } from '../errors.ts';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import type { Deployment, Run, State } from '../state/schema.ts';

/** What a command starts with: a new run, or the one on record. */
export type Decision = { readonly kind: 'fresh' } | { readonly kind: 'continue'; readonly run: Run };

/** How a run is taken back: what it made is undone, or what stood before it is restored. */
export type WayBack =
  | { readonly kind: 'undo'; readonly run: Run }
  | { readonly kind: 'restore'; readonly run: Run; readonly deployment: Deployment }
  /** It is on its way already. */
  | { readonly kind: 'continue'; readonly run: Run };

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
  if (isRollingBack(run) || (run.pipeline === 'restore' && run.status !== 'succeeded'))
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
 * `rollback`: how the run on record is taken back; null when it is already. One that changed a deployment goes back
 * to that. A decnet that did not remember it yet may have left a run that went over one: it is refused, since what it
 * made cannot be told from what it found.
 */
export function decideRollback({ run }: State): WayBack | null {
  if (run === null) throw nothingRecorded();
  if (run.pipeline === 'teardown') {
    throw needsDecision(run, 'A teardown cannot be rolled back', 'Finish it with: decnet resume');
  }
  if (run.status === 'rolled-back' || (run.pipeline === 'restore' && run.status === 'succeeded')) return null;
  if (run.pipeline === 'restore') return { kind: 'continue', run };
  if (run.before !== null) return { kind: 'restore', run, deployment: run.before };
  if (run.overDeployment) {
    throw needsDecision(
      run,
      'What stood before this run is not remembered, so it cannot be rolled back',
      'Finish it with: decnet resume. Or remove the whole fleet with: decnet teardown',
    );
  }
  return { kind: 'undo', run };
}

/** `heal`: the finished run on record. Refuses (exit 4) where nothing stands, or where a run is unfinished. */
export function decideHeal({ run, deployment }: State): {
  readonly run: Run;
  readonly deployment: Deployment;
} {
  if (run === null) throw nothingRecorded();
  if (run.status !== 'succeeded' && run.status !== 'rolled-back') {
    throw needsDecision(
      run,
      'A run is not finished, and only a finished deployment can be healed',
      'Finish it with: decnet resume. Or take it back with: decnet rollback',
    );
  }
  if (deployment === null) throw nothingRecorded();
  return { run, deployment };
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
