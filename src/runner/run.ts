import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DecnetError, toDecnetError } from '../errors.ts';
import type { PipelineName, PipelineStep } from '../pipeline/schema.ts';
import { stateFileName } from '../state/paths.ts';
import type { Run, RunOptions, RunStatus } from '../state/schema.ts';
import { errorReport } from './error-report.ts';
import { Interruption } from './interruption.ts';
import { nextCommands } from './next-commands.ts';
import { stepOf } from './registry.ts';
import { currentRun, freshRecord, type Session, updateRun, updateStep } from './session.ts';
import { runTransition, stepTransition } from './transition.ts';

export interface NewRun {
  readonly pipeline: PipelineName;
  readonly name: string;
  readonly fleet: Run['fleet'];
  readonly fleetFile: string | null;
  readonly images: Run['images'];
  readonly options: RunOptions;
}

/** Records a new run, all its steps pending. The inputs of an earlier run are kept: undo needs the old ones. */
export async function beginRun(session: Session, fresh: NewRun): Promise<void> {
  const { engine, store } = session;
  const { run: earlier, deployment } = store.current();
  const steps = engine.pipelines[fresh.pipeline].map((element) => {
    const before = earlier?.steps.find((step) => step.id === element.id);
    return { ...freshRecord(element), input: before?.input ?? null };
  });
  // A backup of nothing would let whoever puts it in place forget what this run is about to make.
  if (earlier !== null && earlier.status !== 'rolled-back') await store.keepBackup();
  const startedAt = new Date(engine.now()).toISOString();
  const id = `${startedAt.replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
  const run: Run = {
    id,
    ...fresh,
    overDeployment: deployment !== null,
    before: isChange(fresh) ? deployment : null,
    status: 'running',
    steps,
    error: null,
    startedAt,
    finishedAt: null,
  };
  await store.update((state) => ({ ...state, run }));
}

/** Whether the run makes another fleet of the one that stands; the others bring back, or take away, what is on record. */
function isChange({ pipeline }: NewRun): boolean {
  return pipeline === 'deploy' || pipeline === 'remove';
}

/** Tells that the walk begins: which steps, which way. */
export async function announceRun(session: Session, elements: readonly PipelineStep[]): Promise<void> {
  const run = currentRun(session);
  await session.keepJournal(run.id);
  session.emit({
    type: 'run-started',
    run: run.id,
    pipeline: run.pipeline,
    command: session.command,
    deployment: run.name,
    statePath: session.paths.state,
    steps: elements.map(({ id, direction }) => ({
      id,
      direction,
      title: stepOf(session.engine.steps, id).title,
    })),
  });
}

/** Moves the run to a status, durably, without telling. */
export async function moveRun(session: Session, status: RunStatus): Promise<void> {
  await updateRun(session, (run) => ({ ...run, status: runTransition(run.status, status) }));
}

/**
 * Writes how the run ended, and tells. Where `cause` ended it and even that cannot be written, the record stays open
 * without an owner, which the next command reads as interrupted: the first error stays the one told.
 */
export async function finishRun(session: Session, status: RunStatus, cause?: unknown): Promise<void> {
  const error = cause === undefined ? null : errorReport(toDecnetError(cause));
  const finished = (run: Run): Run => ({
    ...run,
    status: run.status === status ? status : runTransition(run.status, status),
    error,
    finishedAt: new Date(session.engine.now()).toISOString(),
  });
  await updateRun(session, finished).catch((unwritten: unknown) => {
    if (cause === undefined) throw unwritten;
    session.emit({ type: 'warning', text: toDecnetError(unwritten).message });
  });
  await refreshBackup(session, status);
  const run = currentRun(session);
  tellFinished(session, run.status === status ? run : finished(run));
}

/** The backup never lags behind what stands: put in its place, it leads to the same fleet, or it is not there. */
async function refreshBackup({ store, emit }: Session, status: RunStatus): Promise<void> {
  try {
    if (status === 'succeeded') await store.keepBackup();
    if (status === 'rolled-back') await store.dropBackup();
  } catch (error) {
    // How the run ended is on record already.
    const why = toDecnetError(error).message;
    emit({ type: 'warning', text: `The backup of the state file is out of date: ${why}` });
  }
}

export function tellFinished(session: Session, run: Run): void {
  session.emit({
    type: 'run-finished',
    run: run.id,
    status: run.status,
    durationMs: session.engine.now() - session.startedAt,
    next: nextCommands(run).map((command) => `${command}${whereOf(session)}`),
    ...(run.error === null ? {} : { error: run.error }),
  });
}

/** What a command must be told to find this state file; nothing where it finds it by itself. */
function whereOf({ engine, paths }: Session): string {
  const isFound = paths.state === join(engine.folder, stateFileName);
  return isFound
    ? ''
    : ` --state ${/^[\w./-]+$/.test(paths.state) ? paths.state : JSON.stringify(paths.state)}`;
}

/** The status of a run that `cause` ended. */
export function endedBy(cause: unknown): 'interrupted' | 'failed' {
  return cause instanceof Interruption ? 'interrupted' : 'failed';
}

/** Skips an element whose option was not given; true when it was skipped. */
export async function skipUnlessWanted(session: Session, element: PipelineStep): Promise<boolean> {
  if (element.when === null || currentRun(session).options[element.when]) return false;
  await updateStep(session, element, (record) => ({
    ...record,
    status: stepTransition(record.status, 'skipped'),
  }));
  session.emit({ type: 'step-skipped', step: element.id, reason: `--${element.when} was not given` });
  return true;
}

/** The one error of several: the first, with the others named that say something else. */
export function firstOf(errors: readonly DecnetError[]): DecnetError | null {
  const [first, ...rest] = errors;
  const others = rest.filter(({ message }) => message !== first?.message);
  if (first === undefined || others.length === 0) return first ?? null;
  return new DecnetError(`${first.message} (and ${others.map((error) => error.message).join('; ')})`, {
    code: first.code,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    exitCode: first.exitCode,
    cause: first,
  });
}
