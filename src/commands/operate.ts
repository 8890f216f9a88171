import type { Event } from '../events/events.ts';
import type { OperationOptions } from '../operations/options.ts';
import { chooseRenderer } from '../render/choose.ts';
import { interruptible } from './interruptible.ts';
import { ShownError } from './shown-error.ts';

interface Operating {
  readonly state?: string;
  readonly json?: true;
}

/** Runs an operation as the command line does: rendered, interruptible, with the state file that was named. */
export async function operate<T>(
  options: Operating,
  operation: (options: OperationOptions) => Promise<T>,
): Promise<T> {
  const renderer = chooseRenderer({
    json: options.json ?? false,
    isTerminal: process.stderr.isTTY === true,
    env: process.env,
  });
  let isShown = false;
  const onEvent = (event: Event): void => {
    if (event.type === 'run-finished') isShown = event.error !== undefined;
    renderer.listener(event);
  };
  try {
    return await interruptible((signal) =>
      operation({
        signal,
        onEvent,
        ...(options.state === undefined ? {} : { statePath: options.state }),
      }),
    );
  } catch (error) {
    throw isShown ? new ShownError(error) : error;
  } finally {
    await renderer.close();
  }
}
