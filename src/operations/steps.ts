import { DecnetError, exitCodes } from '../errors.ts';
import type { PipelineName, PipelineStep } from '../pipeline/schema.ts';
import { type PlannedStep, planStep } from '../runner/plan.ts';
import { withSession } from '../runner/session.ts';
import { runSingleStep } from '../runner/single-step.ts';
import { imagesOf } from '../services/templates.ts';
import { readState } from '../state/read.ts';
import type { StepRecord } from '../state/schema.ts';
import { unknownName } from '../yaml/nearest.ts';
import { type OperationOptions, surroundingsOf } from './options.ts';

/** An element of a pipeline, and what the state file has of it. */
export interface StepView {
  readonly element: PipelineStep;
  readonly title: string;
  readonly effect: string;
  /** Null when no run recorded it. */
  readonly record: StepRecord | null;
}

type Where = Pick<OperationOptions, 'statePath'>;

/** The steps of a pipeline, in its order. Changes nothing. */
export async function listSteps(pipeline: PipelineName, options: Where = {}): Promise<readonly StepView[]> {
  const { engine, paths } = await surroundingsOf(options);
  const state = await readState(paths, await engine.world.host.identity());
  return engine.pipelines[pipeline].map((element) => {
    const step = engine.steps.get(element.id);
    const record = state?.run?.steps.find((one) => one.id === element.id) ?? null;
    return { element, title: step?.title ?? '', effect: step?.effect ?? '', record };
  });
}

/** One element, by its id. Rejects with `NO_SUCH_STEP` (exit 2). */
export async function findStep(pipeline: PipelineName, id: string, options: Where = {}): Promise<StepView> {
  const views = await listSteps(pipeline, options);
  const found = views.find((view) => view.element.id === id);
  if (found !== undefined) return found;
  const ids = views.map((view) => view.element.id);
  throw new DecnetError(`${unknownName('step', id, ids)} (pipeline ${pipeline})`, {
    code: 'NO_SUCH_STEP',
    hint: `List them with: decnet step list --pipeline ${pipeline}`,
    exitCode: exitCodes.usage,
  });
}

/** Checks one step of the recorded run against the world. Takes no lock and changes nothing. */
export async function checkSingleStep(id: string, options: Where = {}): Promise<PlannedStep> {
  const { engine, paths, signal } = await surroundingsOf(options);
  const state = await readState(paths, await engine.world.host.identity());
  const fleet = state?.run?.fleet ?? null;
  if (state === null || fleet === null) throw noRun();
  const runOptions = { noCache: false, parallel: false, images: false };
  const view = { fleet, images: await imagesOf(engine.world.templates, fleet), paths };
  return planStep({ engine, paths, state, fleet, options: runOptions, signal }, view, id);
}

/** Applies or undoes one step of the recorded run. */
export async function singleStep(element: PipelineStep, options: OperationOptions = {}): Promise<void> {
  const surroundings = await surroundingsOf(options);
  await withSession({ ...surroundings, command: 'step' }, (session) => runSingleStep(session, element));
}

function noRun(): DecnetError {
  return new DecnetError('No run is recorded here, so there is nothing to check against', {
    code: 'NO_RUN',
    hint: 'Look without one with: decnet plan fleet.yaml. Or name the state file with --state.',
    exitCode: exitCodes.decision,
  });
}
