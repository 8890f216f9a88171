import type { ResolvedFleet } from '../fleet/resolved.ts';
import { imagesOf } from '../services/templates.ts';
import type { RunOptions } from '../state/schema.ts';
import { decideDeploy, decideRollback, type WayBack } from './decide.ts';
import { goBack } from './rollback.ts';
import { beginRun, endedBy, moveRun } from './run.ts';
import { type Session, updateRun } from './session.ts';
import { walkForward } from './walk.ts';

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
  const earlier = session.store.current().run;
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
    await walkForward(session, decision.kind === 'fresh' ? earlier : null);
  } catch (error) {
    const way = request.rollbackOnFailure && endedBy(error) === 'failed' ? wayBack(session) : null;
    if (way !== null) await goBack(session, way);
    throw error;
  }
}

// Where nothing was made there is nothing to take back, as where preflight refused.
function wayBack(session: Session): WayBack | null {
  const { run } = session.store.current();
  const hasMade = run?.status === 'failed' && run.steps.some((step) => step.made);
  return hasMade ? decideRollback(session.store.current()) : null;
}
