import { linesOf } from '../on-lab.ts';
import type { Site } from '../site.ts';
import type { Left } from './trial.ts';

/** A line of `decnet logs --json`. */
export interface LoggedEvent {
  readonly time: string;
  readonly event: string;
  readonly service: string;
  readonly src_ip: string | null;
  readonly src_port: number | null;
  readonly dst_port: number | null;
  readonly session: string | null;
  readonly [field: string]: unknown;
}

/** What a decky's service has logged so far; the last lines alone where `tail` says how many. */
export async function eventsOf(site: Site, service: string, tail?: number): Promise<readonly LoggedEvent[]> {
  const last = tail === undefined ? [] : ['--tail', String(tail)];
  const { stdout } = await site.succeed('logs', '--json', ...last, `on-${service}`);
  const all: readonly LoggedEvent[] = linesOf(stdout).map((line) => JSON.parse(line));
  return all.filter((one) => one.service === service);
}

/** The events that a trial has to name, if it names others of them: what an attacker did, but for asking. */
const named = new Set(['auth', 'command', 'upload', 'malformed', 'fault', 'egress-denied']);

/** What is wrong with the events of one visit; nothing when each of `left` is there once, in order, and nothing else. */
export function differences(events: readonly LoggedEvent[], left: readonly Left[]): readonly string[] {
  const { wanted, others } = compare(events, left);
  const unexpected = others.filter(({ event }) => named.has(event));
  return [
    ...wanted.map((one) => `not found: ${show(one)}`),
    ...unexpected.map((event) => `not expected here: ${JSON.stringify(event)}`),
  ];
}

/** Of `left`, what is not among the events in this order, whatever else is. */
export function missing(events: readonly LoggedEvent[], left: readonly Left[]): readonly Left[] {
  return compare(events, left).wanted;
}

function compare(
  events: readonly LoggedEvent[],
  left: readonly Left[],
): { readonly wanted: readonly Left[]; readonly others: readonly LoggedEvent[] } {
  const wanted = [...left];
  const others = events.filter((event) => {
    const isNext = wanted[0] !== undefined && fits(event, wanted[0]);
    if (isNext) wanted.shift();
    return !isNext;
  });
  return { wanted, others };
}

function fits(event: LoggedEvent, left: Left): boolean {
  return Object.entries(left).every(([field, value]) => {
    const found = event[field];
    if (value instanceof RegExp) return value.test(String(found));
    return value === undefined || String(found) === String(value);
  });
}

function show(left: Left): string {
  return JSON.stringify(left, (_, value: unknown) => (value instanceof RegExp ? String(value) : value));
}
