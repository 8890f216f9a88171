import { endGroup, isAlive } from '../process/child.ts';
import { removeDeadLock } from '../state/lock.ts';
import type { Child, Run, StepRecord } from '../state/schema.ts';
import { interruptionOf } from './interruption.ts';
import type { Session } from './session.ts';

/** How long a child of a dead run has to end by itself, milliseconds. */
const grace = 10_000;

/**
 * What a killed run left: a `running` without a live owner is `interrupted`, and a `docker compose` that
 * outlived us is ended before anything else looks at the world. Called with the lock held, so nobody owns it.
 * The host's lock goes too: where all is as it should be, no step would take it and find its owner dead.
 */
export async function endLeftBehind(session: Session): Promise<void> {
  const { engine, command } = session;
  await removeDeadLock(engine.hostLock, { ...engine.self, command });
  const { run } = session.store.current();
  if (run === null) return;
  for (const { id, children } of run.steps) {
    for (const child of children) {
      if (!(await isAlive(child))) continue;
      session.emit({ type: 'warning', text: `Ending pid ${child.pid}, left behind by step ${id}` });
      await endChild(session, child);
    }
  }
  if (isInterrupted(run)) {
    await session.store.update((state) => ({ ...state, run: interrupted(run) }));
  }
}

async function endChild(session: Session, child: Child): Promise<void> {
  await endGroup(child, 'SIGTERM');
  const deadline = session.engine.now() + grace;
  while (await isAlive(child)) {
    if (session.engine.now() >= deadline) await endGroup(child, 'SIGKILL');
    await session.engine.sleep(50, session.signal).catch(() => {
      throw interruptionOf(session.signal);
    });
  }
}

function isInterrupted(run: Run): boolean {
  return run.status === 'running' || run.status === 'rolling-back' || run.steps.some((step) => isOpen(step));
}

function isOpen(step: StepRecord): boolean {
  return step.status === 'running' || step.status === 'undoing' || step.children.length > 0;
}

/** The run as it is when its owner is gone. */
export function interrupted(run: Run): Run {
  return {
    ...run,
    status: interruptedStatus(run.status),
    steps: run.steps.map((step) => ({
      ...step,
      status: step.status === 'running' || step.status === 'undoing' ? 'interrupted' : step.status,
      children: [],
    })),
  };
}

function interruptedStatus(status: Run['status']): Run['status'] {
  if (status === 'running') return 'interrupted';
  return status === 'rolling-back' ? 'rollback-incomplete' : status;
}
