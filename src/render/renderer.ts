import type { Listener } from '../events/events.ts';

/** Shows events and decides nothing. `close` resolves when all that was told has been shown. */
export interface Renderer {
  readonly listener: Listener;
  close(): Promise<void>;
}
