import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/alerts/clock.ts';

export interface FakeClock extends Clock {
  /** How long was slept, milliseconds each, in order. */
  readonly sleeps: readonly number[];
  /** Calls back whatever waits in `after`, as if its time had come. */
  readonly expire: () => void;
  readonly pending: () => number;
  /** A clock that stands lets nobody wake up before it goes on. */
  readonly stand: () => void;
  readonly goOn: () => void;
}

/** A clock on which every sleep is over at once, and time is what was slept; half of what is drawn. */
export function fakeClock(): FakeClock {
  let now = Date.parse('2026-02-03T04:05:06Z');
  let goOn = (): void => {};
  let standing: Promise<void> = Promise.resolve();
  const sleeps: number[] = [];
  const waiting = new Set<() => void>();
  return {
    sleeps,
    now: () => now,
    random: () => 0.5,
    sleep: async (milliseconds, signal) => {
      sleeps.push(milliseconds);
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      signal.addEventListener('abort', end);
      await Promise.race([turn().then(() => standing), ended]);
      signal.removeEventListener('abort', end);
      signal.throwIfAborted();
      now += milliseconds;
    },
    after: (_milliseconds, callback) => {
      waiting.add(callback);
      return () => waiting.delete(callback);
    },
    expire: () => {
      for (const callback of waiting) callback();
    },
    pending: () => waiting.size,
    stand: () => {
      standing = new Promise((resolve) => {
        goOn = resolve;
      });
    },
    goOn: () => goOn(),
  };
}
