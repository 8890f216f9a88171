import { type Cidr, contains, parseAddress } from '../fleet/addresses.ts';
import type { LogRecord } from './record.ts';

/** Which records are meant, of those of a container. Each that is empty, or not given, lets all through. */
export interface Filter {
  /** Where the visitor comes from: one of these networks. */
  readonly visitors?: readonly Cidr[];
  /** One of these events. */
  readonly events?: readonly string[];
}

export type Accepts = (record: LogRecord) => boolean;

/** The filter as a predicate; null when it lets everything through, so that nobody has to ask it. */
export function toAccepts({ visitors = [], events = [] }: Filter): Accepts | null {
  if (visitors.length === 0 && events.length === 0) return null;
  const named = new Set(events);
  return ({ event, src_ip: source }) =>
    (named.size === 0 || named.has(event)) && (visitors.length === 0 || isWithin(source, visitors));
}

// A line without a source, or with one that is no address, was left by nobody who could be meant.
function isWithin(source: string | null, visitors: readonly Cidr[]): boolean {
  const address = source === null ? null : parseAddress(source);
  return address !== null && visitors.some((network) => contains(network, address));
}
