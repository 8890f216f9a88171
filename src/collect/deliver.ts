import { DecnetError, exitCodes } from '../errors.ts';
import type { Intake } from './intake.ts';
import type { Place } from './place.ts';
import type { Positions } from './positions.ts';
import type { Sink } from './sink.ts';

export interface Delivery {
  readonly intake: Intake;
  readonly sinks: readonly Sink[];
  readonly positions: Positions;
  readonly save: (positions: Positions) => Promise<void>;
  /** Whether Docker may still have the container: a place in any other's log is forgotten. */
  readonly isThere: (container: string) => boolean;
  /** Told once when what came cannot be made safe, with the error, and once with null when it can again. */
  readonly onTrouble: (error: unknown) => void;
  /** Waits before the next try. */
  readonly sleep: () => Promise<void>;
}

/**
 * Gives what comes to the sinks, and saves how far was read when all of them have it safe: whenever we die, what is
 * not safe comes again. Ends after the intake; rejects with `OUTPUT_NOT_WRITTEN` when the last of it cannot
 * be made safe.
 */
export async function deliver(delivery: Delivery): Promise<void> {
  const { intake, sinks } = delivery;
  let positions = delivery.positions;
  let isOver = false;
  while (!isOver) {
    await intake.ready();
    isOver = intake.hasEnded();
    const { events, places } = intake.take();
    if (events.length === 0) continue;
    for (const sink of sinks) sink.add(events);
    positions = after(positions, places, delivery.isThere);
    await untilSafe(positions, delivery);
  }
}

async function untilSafe(positions: Positions, delivery: Delivery): Promise<void> {
  const { intake, sinks, save, onTrouble, sleep } = delivery;
  let isTroubled = false;
  for (;;) {
    try {
      await Promise.all(sinks.map((sink) => sink.flush()));
      await save(positions);
      if (isTroubled) onTrouble(null);
      return;
    } catch (error) {
      if (intake.hasEnded()) throw lastNotWritten(error);
      if (!isTroubled) onTrouble(error);
      isTroubled = true;
      await sleep();
    }
  }
}

function after(
  positions: Positions,
  places: ReadonlyMap<string, Place>,
  isThere: Delivery['isThere'],
): Positions {
  return new Map([...positions, ...places].filter(([container]) => isThere(container)));
}

function lastNotWritten(cause: unknown): DecnetError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DecnetError(`The last events could not be written: ${reason}`, {
    code: 'OUTPUT_NOT_WRITTEN',
    hint: 'They are not lost while Docker has them: mend that, and start decnet collect again.',
    exitCode: exitCodes.stepFailed,
    cause,
  });
}
