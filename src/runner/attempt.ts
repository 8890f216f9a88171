import pRetry, { AbortError, type RetryContext } from 'p-retry';
import { DecnetError, toDecnetError } from '../errors.ts';
import type { PipelineStep } from '../pipeline/schema.ts';
import { acquireLock } from '../state/lock.ts';
import { errorReport } from './error-report.ts';
import { interruptionOf } from './interruption.ts';
import { type Session, updateStep } from './session.ts';
import type { Step } from './step.ts';

/** Pauses between attempts double, with jitter (each times 1 to 2), up to this, milliseconds. */
const longestPause = 30_000;

/**
 * Runs a piece of a step with its timeout, and again after errors that may pass by themselves.
 * An interruption ends it at once.
 */
export async function attempt<T>(
  session: Session,
  element: PipelineStep,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await pRetry(() => once(session, element, work).catch(finalUnlessRetryable), {
      retries: element.retries,
      factor: 2,
      randomize: true,
      minTimeout: session.engine.firstPause,
      maxTimeout: longestPause,
      signal: session.signal,
      onFailedAttempt: async (failure) => {
        if (failure.retriesLeft > 0) await reportRetry(session, element, failure);
      },
    });
  } catch (error) {
    throw session.signal.aborted ? interruptionOf(session.signal) : error;
  }
}

function finalUnlessRetryable(error: unknown): never {
  const known = toDecnetError(error);
  throw known.retryable ? known : new AbortError(known);
}

async function once<T>(
  session: Session,
  element: PipelineStep,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(element.timeout);
  try {
    return await work(AbortSignal.any([session.signal, timeout]));
  } catch (error) {
    if (session.signal.aborted || !timeout.aborted) throw error;
    throw new DecnetError(`Step ${element.id} was not done within ${element.timeout / 1_000} s`, {
      code: 'STEP_TIMED_OUT',
      hint: 'Look at what it printed, mend the cause, then run: decnet resume',
      cause: error,
    });
  }
}

async function reportRetry(session: Session, element: PipelineStep, failure: RetryContext): Promise<void> {
  await updateStep(session, element, (step) => ({ ...step, attempt: step.attempt + 1, children: [] }));
  session.emit({
    type: 'step-retrying',
    step: element.id,
    attempt: failure.attemptNumber,
    delayMs: Math.min(longestPause, session.engine.firstPause * 2 ** (failure.attemptNumber - 1)),
    error: errorReport(toDecnetError(failure.error)),
  });
}

/** Runs `work` while no other deployment of this host touches the NIC, for steps that do. */
export async function withHostLock<T>(
  session: Session,
  step: Step,
  element: PipelineStep,
  work: () => Promise<T>,
): Promise<T> {
  return step.locksHost ? holdingHostLock(session, element.timeout, work) : work();
}

/** Runs `work` with the host lock held; waits for it at most `patience` milliseconds. */
export async function holdingHostLock<T>(
  session: Session,
  patience: number,
  work: () => Promise<T>,
): Promise<T> {
  const { engine, signal } = session;
  const release = await acquireLock(engine.hostLock, {
    command: session.command,
    self: { ...engine.self, command: session.command },
    patience,
    signal,
  }).catch((error: unknown) => {
    throw signal.aborted ? interruptionOf(signal) : error;
  });
  try {
    return await work();
  } finally {
    // It must not hide how the work ended, and the next command breaks it.
    await release().catch((error: unknown) => {
      session.emit({ type: 'warning', text: toDecnetError(error).message });
    });
  }
}
