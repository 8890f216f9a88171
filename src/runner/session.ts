import { join } from 'node:path';
import { toDecnetError } from '../errors.ts';
import type { Event, Listener } from '../events/events.ts';
import { type Journal, openJournal } from '../events/journal.ts';
import type { PipelineStep } from '../pipeline/schema.ts';
import { acquireLock, type Release } from '../state/lock.ts';
import type { Paths } from '../state/paths.ts';
import type { Run, StepRecord } from '../state/schema.ts';
import { type DamagedState, openStore, type Store } from '../state/store.ts';
import { claimDeployment, forgetDeadClaims } from './claim.ts';
import type { Engine } from './engine.ts';
import { endLeftBehind } from './left-behind.ts';

/** Whether nothing of a run is left to be taken up, by a command that would make its name its own. */
function isAllOver(run: Run | null): boolean {
  return run === null || run.status === 'rolled-back';
}

/** `Omit` that keeps the members of a union apart. */
type WithoutTime<E> = E extends unknown ? Omit<E, 'time'> : never;

/** One command's hold on a deployment: the locks, the state, and who is told. */
export interface Session {
  readonly engine: Engine;
  readonly paths: Paths;
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly command: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  emit(event: WithoutTime<Event>): void;
  /**
   * Makes the name of a deployment this session's on this host, until its end. To be called before anything of that
   * name is changed. Rejects with `LOCKED` or `OTHER_STATE_FILE`.
   */
  claim(deployment: string): Promise<void>;
  /** From now on, events are also kept in the journal of this run. */
  keepJournal(run: string): Promise<void>;
}

export interface SessionOptions {
  readonly engine: Engine;
  readonly paths: Paths;
  readonly command: string;
  readonly listener: Listener;
  readonly signal: AbortSignal;
  /** `set-aside`: a damaged state file is renamed, and the marks alone count. */
  readonly damagedState?: DamagedState;
  /** Where the state is kept; tests stand between to fail a write or to be killed at it. */
  readonly openStore?: typeof openStore;
}

/**
 * Takes the lock, reads the state, ends what a killed run left behind, and gives the lock back at the end.
 * Rejects with `LOCKED`, or with what `readState` refuses.
 */
export async function withSession<T>(
  options: SessionOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const { engine, paths, command, listener, signal } = options;
  const release = await acquireLock(paths.lock, {
    command,
    self: { ...engine.self, command },
    patience: 0,
    signal,
  });
  const claims = new Map<string, Release>();
  const claim = async (deployment: string): Promise<void> => {
    if (!claims.has(deployment)) claims.set(deployment, await claimDeployment(options, deployment));
  };
  let journal: Journal | null = null;
  const emit = (event: WithoutTime<Event>): void => {
    const stamped = { ...event, time: new Date(engine.now()).toISOString() };
    listener(stamped);
    journal?.listener(stamped);
  };
  const warn = (error: unknown): void => emit({ type: 'warning', text: toDecnetError(error).message });
  const keepJournal = async (run: string): Promise<void> => {
    if (journal !== null) return;
    // A run goes on without its journal: the state file is what counts.
    journal = await openJournal(join(paths.runs, run), warn).catch((error: unknown) => {
      warn(error);
      return null;
    });
  };
  try {
    const open = options.openStore ?? openStore;
    const store = await open(paths, await engine.world.host.identity(), options.damagedState);
    const startedAt = engine.now();
    const session: Session = { engine, paths, store, signal, command, startedAt, emit, claim, keepJournal };
    await endLeftBehind(session);
    if (isAllOver(store.current().run)) await forgetDeadClaims(options);
    return await use(session);
  } finally {
    await closeJournal(journal);
    // One that cannot be given back, as where the disk is read-only now, is broken by the next command: we are dead then.
    for (const give of [...claims.values(), release]) await give().catch(warn);
  }
}

async function closeJournal(journal: Journal | null): Promise<void> {
  await journal?.close();
}

/** The run of the session; there is one when this is called. */
export function currentRun(session: Session): Run {
  const { run } = session.store.current();
  if (run === null) throw new Error('No run is recorded');
  return run;
}

/** Writes changes of the run, durably. */
export async function updateRun(session: Session, change: (run: Run) => Run): Promise<void> {
  await session.store.update((state) => ({ ...state, run: change(currentRun(session)) }));
}

/** The record of a step; a fresh one when the run has none, as after a damaged entry was dropped. */
export function stepRecord(run: Run, element: Pick<PipelineStep, 'id' | 'direction'>): StepRecord {
  return run.steps.find((step) => step.id === element.id) ?? freshRecord(element);
}

export function freshRecord(element: Pick<PipelineStep, 'id' | 'direction'>): StepRecord {
  return {
    id: element.id,
    version: 1,
    direction: element.direction,
    status: 'pending',
    attempt: 0,
    made: false,
    input: null,
    inputHash: null,
    output: null,
    error: null,
    children: [],
  };
}

/** Writes changes of one step, durably. */
export async function updateStep(
  session: Session,
  element: Pick<PipelineStep, 'id' | 'direction'>,
  change: (step: StepRecord) => StepRecord,
): Promise<void> {
  await updateRun(session, (run) => {
    const changed = change(stepRecord(run, element));
    const known = run.steps.some((step) => step.id === element.id);
    const steps = run.steps.map((step) => (step.id === element.id ? changed : step));
    return { ...run, steps: known ? steps : [...steps, changed] };
  });
}
