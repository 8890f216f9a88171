import type { CheckResult, StepContext } from '../../src/runner/step.ts';
import { imagesOf } from '../../src/services/templates.ts';
import type { Bench } from './bench.ts';
import { office } from './fleet.ts';

/** What a step's `check`, `apply` and `undo` do alone, over the world of a bench. */
export interface OnStep {
  input(): Promise<unknown>;
  check(): Promise<CheckResult<unknown>>;
  apply(): Promise<unknown>;
  undo(isRemembered?: boolean): Promise<void>;
  /** What it said. */
  readonly said: readonly string[];
}

export function onStep(bench: Bench, id: string, fleet = office()): OnStep {
  const { engine, signal } = bench.options;
  const step = engine.steps.get(id);
  if (step === undefined) throw new Error(`No step ${id}`);
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const refuse = async (): Promise<never> => {
    throw new Error('Not in this test');
  };
  const context: StepContext = {
    name: fleet.name,
    world: bench.world,
    paths: bench.paths,
    options: { noCache: false, parallel: false, images: false },
    signal,
    deployment: { read: () => null, save: refuse, clear: refuse },
    now: engine.now,
    sleep: (milliseconds) => engine.sleep(milliseconds, signal),
    record: async () => {},
    say,
    child: { signal, onLine: say, onSpawn: async () => {} },
  };
  const input = async () => {
    const images = await imagesOf(bench.world.templates, fleet);
    return step.inputs({ fleet, images, paths: bench.paths });
  };
  return {
    said,
    input,
    check: async () => step.check(context, await input()),
    apply: async () => step.apply(context, await input()),
    undo: async (isRemembered = true) => step.undo(context, isRemembered ? await input() : null),
  };
}
