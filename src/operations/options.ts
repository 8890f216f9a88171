import { createEngine } from '../deps.ts';
import type { Listener } from '../events/events.ts';
import type { Engine } from '../runner/engine.ts';
import type { Paths } from '../state/paths.ts';
import { pathsOf, stateFileName } from '../state/paths.ts';

/** What every operation takes. */
export interface OperationOptions {
  /** The state file; default: beside the fleet file, else `decnet-state.json` in the working directory. */
  readonly statePath?: string;
  /** Told of every event. Must neither throw nor block. */
  readonly onEvent?: Listener;
  /** Aborting it interrupts the run: state is saved, and `resume` goes on. */
  readonly signal?: AbortSignal;
}

interface Surroundings {
  readonly engine: Engine;
  readonly paths: Paths;
  readonly listener: Listener;
  readonly signal: AbortSignal;
}

/** Options with nothing left open. */
export async function surroundingsOf(
  options: OperationOptions,
  defaultStatePath: string = stateFileName,
): Promise<Surroundings> {
  return {
    engine: await createEngine(),
    paths: pathsOf(options.statePath ?? defaultStatePath),
    listener: options.onEvent ?? (() => {}),
    signal: options.signal ?? new AbortController().signal,
  };
}
