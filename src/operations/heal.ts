import type { Event } from '../events/events.ts';
import { runHeal } from '../runner/heal.ts';
import { withSession } from '../runner/session.ts';
import { type OperationOptions, surroundingsOf } from './options.ts';

/** A step that was not as it should be, and is again. */
export interface Healed {
  readonly step: string;
  /** What was wrong, one sentence each; empty where all of it was gone. */
  readonly differences: readonly string[];
}

/**
 * Repairs what drifted from a finished deployment, and touches nothing that is well. Answers what it repaired.
 * Rejects with exit code 4 where nothing is deployed or a run is unfinished, and as `deploy` does.
 */
export async function heal(options: OperationOptions = {}): Promise<readonly Healed[]> {
  const surroundings = await surroundingsOf(options);
  const differences = new Map<string, readonly string[]>();
  const healed: Healed[] = [];
  // What a teardown takes away; the others look.
  const { teardown } = surroundings.engine.pipelines;
  const isHealable = (step: string): boolean => teardown.some(({ id }) => id === step);
  const listener = (event: Event): void => {
    surroundings.listener(event);
    if (event.type === 'step-drifted') differences.set(event.step, event.differences);
    if (event.type === 'step-done' && isHealable(event.step)) {
      healed.push({ step: event.step, differences: differences.get(event.step) ?? [] });
    }
  };
  await withSession({ ...surroundings, listener, command: 'heal' }, runHeal);
  return healed;
}
