import { setTimeout as pause } from 'node:timers/promises';

/** Time and chance, as alerts need them; tests give their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Rejects when the signal ends it. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Calls back once, unless the function that it answers with was called before. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  /** In [0, 1). */
  readonly random: () => number;
}

export const realClock: Clock = {
  now: Date.now,
  sleep: async (milliseconds, signal) => {
    await pause(milliseconds, undefined, { signal });
  },
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
