import { Interruption, interruptingSignals, signalExitCode } from '../runner/interruption.ts';

/**
 * Runs work that INT, TERM and HUP interrupt: the first lets it save its state and end, the second ends the
 * process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const listeners = interruptingSignals.map((name) => {
    const listener = (): void => {
      if (controller.signal.aborted) process.exit(signalExitCode(name));
      controller.abort(new Interruption(name));
    };
    process.on(name, listener);
    return { name, listener };
  });
  try {
    return await work(controller.signal);
  } finally {
    for (const { name, listener } of listeners) process.off(name, listener);
  }
}
