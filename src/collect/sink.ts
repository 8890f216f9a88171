import type { LogRecord } from '../logs/record.ts';

/** What a decky logged, as the collector has it: attributed by the container's labels, never by what the line claims. */
export interface CollectedEvent extends LogRecord {
  /** The same for the same line of the same container, however often it is read. 32 hex digits. */
  readonly id: string;
  readonly deployment: string;
  /** 0 (emergency) to 7 (debug), RFC 5424 section 6.2.1. */
  readonly severity: number;
  /** Of the decky, from the deployment on record; null where that does not know the decky. */
  readonly host: { readonly ip: string; readonly hostname: string } | null;
}

/**
 * Where collected events go. The collector remembers how far it has read only after every sink has flushed: what was
 * not flushed is read and given again, with the same ids.
 */
export interface Sink {
  /** Takes events in order. What it cannot deliver at once it keeps, within bounds; it never waits for the other side. */
  add(events: readonly CollectedEvent[]): void;
  /** Resolves when all that was added is safe on disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
