import { z } from 'zod';
import { exitCodes, toDecnetError } from '../errors.ts';
import { type FleetChange, fleetChanges } from '../fleet/changes.ts';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import { imagesOf } from '../services/templates.ts';
import type { Paths } from '../state/paths.ts';
import type { RunOptions, State } from '../state/schema.ts';
import type { Engine } from './engine.ts';
import { stepOf } from './registry.ts';
import type { CheckResult, RunView } from './step.ts';
import { unrecordedContext } from './step-context.ts';

export const plannedStepSchema = z.strictObject({
  step: z.string(),
  title: z.string(),
  /**
   * `keep`: as it should be. `check`: it looks at what the steps before it make. `refuse`: it would stop here.
   * `unknown`: it could not look.
   */
  action: z.enum(['keep', 'create', 'change', 'check', 'refuse', 'unknown']),
  reasons: z.array(z.string()).readonly(),
});

/** What `deploy` would do with one step. */
export type PlannedStep = Readonly<z.infer<typeof plannedStepSchema>>;

export interface Plan {
  readonly fleet: ResolvedFleet;
  /** Absolute. */
  readonly statePath: string;
  readonly steps: readonly PlannedStep[];
  /** How it differs from the deployment that stands; null where none does. */
  readonly changes: readonly FleetChange[] | null;
  /** What else is worth knowing before it is deployed, one sentence each, without a full stop. */
  readonly notes: readonly string[];
}

/** What a plan looks with: nothing of it writes. */
export interface PlanRequest {
  readonly engine: Engine;
  readonly paths: Paths;
  readonly state: State | null;
  readonly fleet: ResolvedFleet;
  readonly options: RunOptions;
  readonly signal: AbortSignal;
}

/** Checks every step of the deploy pipeline against the world. Takes no lock and changes nothing anywhere. */
export async function planDeploy(request: PlanRequest): Promise<Plan> {
  const { engine, fleet, paths, state } = request;
  const images = await imagesOf(engine.world.templates, fleet);
  const view = { fleet, images, paths };
  const steps: PlannedStep[] = [];
  const notes: string[] = [];
  const note = (line: string): void => void notes.push(line);
  for (const { id } of engine.pipelines.deploy) steps.push(await planStep(request, view, id, note));
  return {
    fleet,
    statePath: paths.state,
    steps: steps.map((step) => withoutEcho(engine, step, steps)),
    changes: state?.deployment ? fleetChanges(state.deployment, { fleet, images }) : null,
    notes,
  };
}

/** A step that only looks says nothing of its own while the steps before it have work to do. */
function withoutEcho(engine: Engine, planned: PlannedStep, all: readonly PlannedStep[]): PlannedStep {
  const isEcho = all.slice(0, all.indexOf(planned)).some((step) => step.action !== 'keep');
  if (!isEcho || stepOf(engine.steps, planned.step).effect !== 'none') return planned;
  return { ...planned, action: 'check', reasons: [] };
}

/** What `deploy` would do with one step, by its check alone. `say` hears what the check says. */
export async function planStep(
  request: PlanRequest,
  view: RunView,
  id: string,
  say: (line: string) => void = () => {},
): Promise<PlannedStep> {
  const step = stepOf(request.engine.steps, id);
  const heading = { step: id, title: step.title };
  try {
    return {
      ...heading,
      ...actionOf(await step.check(unrecordedContext({ ...contextOf(request), say }), step.inputs(view))),
    };
  } catch (error) {
    const { exitCode, message } = toDecnetError(error);
    const action = exitCode === exitCodes.refused ? 'refuse' : 'unknown';
    return { ...heading, action, reasons: reasonsIn(message) };
  }
}

/** The items of a message that lists what is wrong, without its heading; else the message itself. */
function reasonsIn(message: string): readonly string[] {
  const [heading = '', ...items] = message.split('\n- ');
  return items.length === 0 ? [heading] : items;
}

function actionOf(found: CheckResult<unknown>): Pick<PlannedStep, 'action' | 'reasons'> {
  switch (found.status) {
    case 'satisfied':
      return { action: 'keep', reasons: [] };
    case 'absent':
      return { action: 'create', reasons: [] };
    case 'drifted':
      return { action: found.refuses ? 'refuse' : 'change', reasons: found.differences };
    case 'foreign':
      return {
        action: 'refuse',
        reasons: [found.hint === undefined ? `${found.found} is not ours` : `${found.found}. ${found.hint}`],
      };
  }
}

function contextOf({ engine, paths, fleet, options, state, signal }: PlanRequest) {
  return {
    engine,
    paths,
    name: fleet.name,
    options,
    deployment: state?.deployment ?? null,
    signal,
  };
}
