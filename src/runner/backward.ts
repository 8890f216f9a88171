import type { PipelineStep } from '../pipeline/schema.ts';
import { attempt, withHostLock } from './attempt.ts';
import { recordFailure } from './failure.ts';
import { stepOf } from './registry.ts';
import { currentRun, type Session, stepRecord, updateStep } from './session.ts';
import { stepContext } from './step-context.ts';
import { stepTransition } from './transition.ts';

/**
 * Takes one step back: write `undoing`, undo, write `undone`, tell. The step gets the input that was recorded
 * when it was applied, since the fleet may have changed since. Rejects with what failed, after writing it.
 */
export async function undoStep(session: Session, element: PipelineStep): Promise<void> {
  const step = stepOf(session.engine.steps, element.id);
  const startedAt = session.engine.now();
  await updateStep(session, element, (record) => ({
    ...record,
    status: stepTransition(record.status, 'undoing'),
    error: null,
  }));
  session.emit({ type: 'step-undoing', step: element.id });
  try {
    const { input } = stepRecord(currentRun(session), element);
    await withHostLock(session, step, element, () =>
      attempt(session, element, (signal) => step.undo(stepContext(session, element, signal), input)),
    );
    await updateStep(session, element, (record) => ({
      ...record,
      status: stepTransition(record.status, 'undone'),
      made: false,
      children: [],
    }));
    session.emit({ type: 'step-undone', step: element.id, durationMs: session.engine.now() - startedAt });
  } catch (error) {
    await recordFailure(session, element, error, session.engine.now() - startedAt, 'undo');
    throw error;
  }
}
