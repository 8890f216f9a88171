import { isDeepStrictEqual } from 'node:util';
import { DecnetError, exitCodes } from '../errors.ts';
import { type FleetSourceInput, resolveSource } from '../resolve-source.ts';
import { runDeploy } from '../runner/deploy.ts';
import { planDeploy } from '../runner/plan.ts';
import { movedSince, otherFleet, planMoved, readPlanFile } from '../runner/plan-file.ts';
import { type Session, withSession } from '../runner/session.ts';
import { imagesOf } from '../services/templates.ts';
import { pathsOf } from '../state/paths.ts';
import { readState } from '../state/read.ts';
import type { DeployOptions, DeployResult } from './deploy.ts';
import { surroundingsOf } from './options.ts';

export interface ApplyPlanOptions extends Omit<DeployOptions, 'dryRun' | 'noCache'> {
  /** The fleet that the plan has to be of. */
  readonly fleet?: FleetSourceInput;
}

/**
 * Applies exactly what a plan file says. Rejects with `PLAN_MOVED` (exit code 4) and nothing changed where what it
 * was made over has moved since, with exit code 2 for what is no plan or of another fleet, and as `deploy` does.
 */
export async function applyPlan(path: string, options: ApplyPlanOptions = {}): Promise<DeployResult> {
  const found = await surroundingsOf(options);
  const { engine } = found;
  const host = await engine.world.host.identity();
  const file = await readPlanFile(path, host);
  const { fleet, fleetFile, statePath } = file;
  if (options.statePath !== undefined && pathsOf(options.statePath).state !== statePath)
    throw otherState(path, statePath);
  if (options.fleet !== undefined) {
    const given = await resolveSource(options.fleet, engine.world.host);
    if (!isDeepStrictEqual(given, fleet)) throw otherFleet(path, given);
  }
  const { parallel = false, rollbackOnFailure = false } = options;
  const runOptions = { noCache: false, parallel, images: false };
  const surroundings = { ...found, paths: pathsOf(statePath) };
  const refuseIfMoved = async ({ signal, paths }: Session): Promise<void> => {
    const state = await readState(paths, host);
    const plan = await planDeploy({ engine, paths, state, fleet, options: runOptions, signal });
    const images = await imagesOf(engine.world.templates, fleet);
    const moved = movedSince(file, { plan, host, state, images, fleetFile });
    if (moved.length > 0) throw planMoved(path, moved);
  };
  await withSession({ ...surroundings, command: 'deploy' }, async (session) => {
    await refuseIfMoved(session);
    await runDeploy(session, { fleet, fleetFile, options: runOptions, rollbackOnFailure });
  });
  return { fleet, statePath, plan: null };
}

function otherState(path: string, statePath: string): DecnetError {
  return new DecnetError(`The plan ${path} is over the state file ${statePath}, not the one given`, {
    code: 'PLAN_OTHER_STATE',
    hint: 'Leave out --state, or plan over the other: decnet plan FLEET --state STATE --out PLAN',
    exitCode: exitCodes.usage,
  });
}
