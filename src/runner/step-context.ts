import type { PipelineStep } from '../pipeline/schema.ts';
import type { Paths } from '../state/paths.ts';
import type { Deployment, RunOptions } from '../state/schema.ts';
import type { Engine } from './engine.ts';
import { currentRun, type Session, updateStep } from './session.ts';
import type { StepContext } from './step.ts';

/** What a step gets to work with: the world, and a few ways to be heard. */
export function stepContext(session: Session, element: PipelineStep, signal: AbortSignal): StepContext {
  const { engine, store, paths } = session;
  const run = currentRun(session);
  const say = (text: string): void => session.emit({ type: 'output', step: element.id, text });
  return {
    name: run.name,
    world: engine.world,
    paths,
    options: run.options,
    signal,
    deployment: {
      read: () => store.current().deployment,
      save: (deployment) => store.update((state) => ({ ...state, deployment })),
      clear: () => store.update((state) => ({ ...state, deployment: null })),
    },
    now: engine.now,
    sleep: (milliseconds) => engine.sleep(milliseconds, signal),
    record: (partial) => updateStep(session, element, (step) => ({ ...step, output: partial })),
    say,
    child: {
      signal,
      onLine: say,
      onSpawn: (child) =>
        updateStep(session, element, (step) => ({ ...step, children: [...step.children, child] })),
    },
  };
}

interface Unrecorded {
  readonly engine: Engine;
  readonly paths: Paths;
  readonly name: string;
  readonly options: RunOptions;
  readonly deployment: Deployment | null;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** What a step gets where no run is recorded: to check it, or to undo it by marks alone. What would record throws. */
export function unrecordedContext(given: Unrecorded): StepContext {
  const { engine, paths, name, options, deployment, signal, say } = given;
  return {
    name,
    world: engine.world,
    paths,
    options,
    signal,
    deployment: { read: () => deployment, save: refuseToRecord, clear: refuseToRecord },
    now: () => engine.now(),
    sleep: (milliseconds) => engine.sleep(milliseconds, signal),
    record: refuseToRecord,
    say,
    child: { signal, onLine: say, onSpawn: refuseToRecord },
  };
}

async function refuseToRecord(): Promise<never> {
  throw new Error('There is no run to record this in');
}
