import { DecnetError } from '../errors.ts';
import type { PipelineStep } from '../pipeline/schema.ts';
import { attempt, withHostLock } from './attempt.ts';
import { recordFailure } from './failure.ts';
import { inputHash } from './hash.ts';
import { stepOf } from './registry.ts';
import { currentRun, type Session, updateStep } from './session.ts';
import type { CheckResult, RunView, Step } from './step.ts';
import { stepContext } from './step-context.ts';
import { stepTransition } from './transition.ts';

/**
 * Brings one step about: write `running`, check, apply if it is not as it should be, write `done`, tell.
 * Rejects with what failed, after writing `failed` or `interrupted`.
 */
export async function applyStep(session: Session, element: PipelineStep): Promise<void> {
  const step = stepOf(session.engine.steps, element.id);
  const startedAt = session.engine.now();
  await begin(session, element, step);
  const duration = (): number => session.engine.now() - startedAt;
  try {
    const outcome = await checkAndApply(session, element, step);
    await updateStep(session, element, (record) => ({
      ...record,
      status: stepTransition(record.status, 'done'),
      output: outcome.output,
      children: [],
    }));
    const type = outcome.kept ? 'step-kept' : 'step-done';
    session.emit({ type, step: element.id, durationMs: duration() });
  } catch (error) {
    await recordFailure(session, element, error, duration(), 'apply');
    throw error;
  }
}

/** What the recorded run lets a step draw its input from. */
function viewOf(session: Session): RunView {
  const { fleet, images } = currentRun(session);
  if (fleet === null || images === null) throw new Error('The run remembers no fleet');
  return { fleet, images, paths: session.paths };
}

async function begin(session: Session, element: PipelineStep, step: Step): Promise<void> {
  const input = step.inputs(viewOf(session));
  await updateStep(session, element, (record) => ({
    ...record,
    version: step.version,
    status: stepTransition(record.status, 'running'),
    attempt: record.attempt + 1,
    input,
    inputHash: inputHash(step.version, input),
    error: null,
  }));
  const { attempt: count } = recordOf(session, element);
  session.emit({ type: 'step-started', step: element.id, attempt: count });
}

interface Outcome {
  readonly kept: boolean;
  readonly output: unknown;
}

async function checkAndApply(session: Session, element: PipelineStep, step: Step): Promise<Outcome> {
  const { input } = recordOf(session, element);
  const found = await attempt(session, element, (signal) =>
    step.check(stepContext(session, element, signal), input),
  );
  if (found.status === 'satisfied') return { kept: true, output: step.output.parse(found.output) };
  if (found.status === 'foreign') throw foreign(step, found);
  // What refuses tells all of it as its error; and what only looks is not to be changed.
  if (found.status === 'drifted' && !found.refuses && step.effect !== 'none') {
    session.emit({ type: 'step-drifted', step: element.id, differences: found.differences });
  }
  const output = await withHostLock(session, step, element, async () => {
    // If we die from here on, the step may be half there: it counts as made by this run before it begins.
    if (step.effect !== 'none') await updateStep(session, element, (record) => ({ ...record, made: true }));
    return attempt(session, element, (signal) => step.apply(stepContext(session, element, signal), input));
  });
  return { kept: false, output: step.output.parse(output) };
}

function recordOf(session: Session, element: PipelineStep) {
  const record = currentRun(session).steps.find((step) => step.id === element.id);
  if (record === undefined) throw new Error(`Step ${element.id} is not in the run`);
  return record;
}

function foreign(step: Step, found: Extract<CheckResult<unknown>, { status: 'foreign' }>): DecnetError {
  return new DecnetError(`Step ${step.id} found something that is not ours: ${found.found}`, {
    code: 'FOREIGN',
    hint:
      found.hint ??
      'decnet never touches it. Remove or rename it yourself, or choose another deployment name; then run: decnet resume',
  });
}
