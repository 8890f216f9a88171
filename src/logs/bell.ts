/** Wakes whoever waits. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, or after so many milliseconds. */
  wait(milliseconds?: number): Promise<void>;
}

/** A bell that remembers nothing: a ring that nobody waits for is not heard. */
export function createBell(): Bell {
  let waiting: (() => void)[] = [];

  return {
    ring: () => {
      const called = waiting;
      waiting = [];
      for (const call of called) call();
    },
    wait: (milliseconds = Number.POSITIVE_INFINITY) =>
      new Promise((resolve) => {
        const timer = Number.isFinite(milliseconds) ? setTimeout(resolve, milliseconds) : undefined;
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
