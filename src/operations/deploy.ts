import { resolve } from 'node:path';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import { type FleetSourceInput, resolveSource } from '../resolve-source.ts';
import { runDeploy } from '../runner/deploy.ts';
import { type Plan, planDeploy } from '../runner/plan.ts';
import { writePlanFile } from '../runner/plan-file.ts';
import { withSession } from '../runner/session.ts';
import { imagesOf } from '../services/templates.ts';
import { stateFileName, statePathBeside } from '../state/paths.ts';
import { readState } from '../state/read.ts';
import { type OperationOptions, surroundingsOf } from './options.ts';

export interface DeployOptions extends OperationOptions {
  /** Resolve and check only; nothing is changed anywhere. */
  readonly dryRun?: boolean;
  /** With `dryRun`: where the plan is kept, to be applied by `applyPlan`. Holds the fleet's secrets: mode 0600. */
  readonly planFile?: string;
  /** Build every image anew. */
  readonly noCache?: boolean;
  /** Build several images at a time. */
  readonly parallel?: boolean;
  /** On failure, undo at once what was made. */
  readonly rollbackOnFailure?: boolean;
}

export interface DeployResult {
  readonly fleet: ResolvedFleet;
  /** Absolute. */
  readonly statePath: string;
  /** What would be done; null when it was done. */
  readonly plan: Plan | null;
}

/** The state file of a fleet source: beside the file, or in the working directory for an object. */
function defaultStatePath(source: FleetSourceInput): string {
  return typeof source === 'string' ? statePathBeside(source) : stateFileName;
}

/**
 * Brings a fleet up: a fleet file's path, or its content. Continues an unfinished run of the same fleet.
 * Rejects with exit code 2 (invalid fleet), 3 (preflight refused; or somebody took an address before `up`, and
 * `resume` goes on), 4 (the state needs a decision), 6 (locked) or 1 (a step failed; `resume` goes on).
 */
export async function deploy(source: FleetSourceInput, options: DeployOptions = {}): Promise<DeployResult> {
  const surroundings = await surroundingsOf(options, defaultStatePath(source));
  const { engine, paths, signal } = surroundings;
  const fleet = await resolveSource(source, engine.world.host);
  const fleetFile = typeof source === 'string' ? resolve(source) : null;
  const { noCache = false, parallel = false, rollbackOnFailure = false } = options;
  const runOptions = { noCache, parallel, images: false };
  if (options.dryRun) {
    const host = await engine.world.host.identity();
    const state = await readState(paths, host);
    const plan = await planDeploy({ engine, paths, state, fleet, options: runOptions, signal });
    if (options.planFile !== undefined) {
      const images = await imagesOf(engine.world.templates, fleet);
      await writePlanFile(options.planFile, { plan, host, state, images, fleetFile });
    }
    return { fleet, statePath: paths.state, plan };
  }
  await withSession({ ...surroundings, command: 'deploy' }, (session) =>
    runDeploy(session, { fleet, fleetFile, options: runOptions, rollbackOnFailure }),
  );
  return { fleet, statePath: paths.state, plan: null };
}
