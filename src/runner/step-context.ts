import type { PipelineStep } from '../pipeline/schema.ts';
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
