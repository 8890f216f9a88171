import { toDecnetError } from '../errors.ts';
import type { PipelineStep } from '../pipeline/schema.ts';
import { errorReport } from './error-report.ts';
import { Interruption } from './interruption.ts';
import { type Session, updateStep } from './session.ts';
import { stepTransition } from './transition.ts';

const failedStatus = { apply: 'failed', undo: 'undo-failed' } as const;

/**
 * Writes and tells how a step ended that did not end well. Where even this write fails, the record stays
 * open without an owner, which the next command reads as interrupted: the first error stays the one told.
 */
export async function recordFailure(
  session: Session,
  element: PipelineStep,
  cause: unknown,
  durationMs: number,
  direction: PipelineStep['direction'],
): Promise<void> {
  const error = toDecnetError(cause);
  const report = errorReport(error);
  const interrupted = error instanceof Interruption;
  try {
    await updateStep(session, element, (record) => ({
      ...record,
      status: stepTransition(record.status, interrupted ? 'interrupted' : failedStatus[direction]),
      error: report,
      children: [],
    }));
  } catch (unwritten) {
    session.emit({ type: 'warning', text: toDecnetError(unwritten).message });
  }
  if (interrupted) session.emit({ type: 'step-interrupted', step: element.id, signal: error.signal });
  else if (direction === 'apply')
    session.emit({ type: 'step-failed', step: element.id, durationMs, error: report });
  else session.emit({ type: 'step-undo-failed', step: element.id, durationMs, error: report });
}
