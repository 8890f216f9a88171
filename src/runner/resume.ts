import { DecnetError, exitCodes } from '../errors.ts';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import { imagesOf } from '../services/templates.ts';
import type { Run } from '../state/schema.ts';
import { decideResume, isRollingBack } from './decide.ts';
import { inputHash } from './hash.ts';
import { runHeal } from './heal.ts';
import { rollBack } from './rollback.ts';
import { currentRun, type Session, updateRun } from './session.ts';
import type { RunView } from './step.ts';
import { walkTeardown } from './teardown.ts';
import { walkAgain } from './walk.ts';

export interface ResumeRequest {
  /** Resolves the recorded fleet file as it reads now, with the recorded seed; null when there is none. */
  readonly resolveAgain: (run: Run) => Promise<ResolvedFleet | null>;
  /** Go on with the fleet file as it reads now. */
  readonly acceptChanges: boolean;
}

/**
 * Finishes what the recorded run began, in the direction in which it went; heals one that had succeeded.
 * Answers whether there was anything to look at.
 */
export async function runResume(session: Session, request: ResumeRequest): Promise<boolean> {
  const run = decideResume(session.store.current());
  if (run === null) return false;
  await session.claim(run.name);
  await continueRun(session, run, request);
  return true;
}

async function continueRun(session: Session, run: Run, request: ResumeRequest): Promise<void> {
  if (isRollingBack(run)) return rollBack(session);
  if (run.pipeline === 'teardown') return walkTeardown(session);
  // The fleet file still names the deckies that were taken down: what is on record counts.
  if (run.pipeline !== 'deploy' && run.status === 'succeeded') return runHeal(session);
  if (run.pipeline !== 'restore') await refreshRun(session, run, request);
  await walkAgain(session);
}

// The images follow the templates as they are now, so that a mended Dockerfile is what a resume builds.
async function refreshRun(session: Session, run: Run, request: ResumeRequest): Promise<void> {
  if (run.fleet === null) throw new Error('The run remembers no fleet');
  const isDeploy = run.pipeline === 'deploy';
  const fleet = (isDeploy ? await request.resolveAgain(run) : null) ?? run.fleet;
  // A removal builds nothing, so that it stays with the images that the deployment runs.
  const known = isDeploy ? null : run.images;
  const images = known ?? (await imagesOf(session.engine.world.templates, fleet));
  const changed = changedSteps(
    session,
    { fleet: run.fleet, images, paths: session.paths },
    { fleet, images, paths: session.paths },
  );
  if (changed.length > 0 && !request.acceptChanges) throw fleetChanged(currentRun(session), changed);
  // What --no-cache asked for was asked once.
  const options = { ...run.options, noCache: false };
  await updateRun(session, (record) => ({ ...record, fleet, images, options }));
}

/** The steps whose declared inputs differ between two views. */
function changedSteps(session: Session, recorded: RunView, now: RunView): readonly string[] {
  const steps = session.engine.pipelines.deploy.map(({ id }) => session.engine.steps.get(id));
  return steps.flatMap((step) => {
    if (step === undefined) return [];
    const same = inputHash(step.version, step.inputs(recorded)) === inputHash(step.version, step.inputs(now));
    return same ? [] : [step.id];
  });
}

function fleetChanged(run: Run, steps: readonly string[]): DecnetError {
  return new DecnetError(
    `The fleet file ${run.fleetFile} changed since run ${run.id} began; it would change the steps: ${steps.join(', ')}`,
    {
      code: 'FLEET_CHANGED',
      hint: 'Put the file back as it was, or go on with the changes: decnet resume --accept-changes. Or take it back: decnet rollback',
      exitCode: exitCodes.decision,
    },
  );
}
