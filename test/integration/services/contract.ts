import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../../src/package-root.ts';
import type { LoggedEvent } from './events.ts';

/** Fields that `decnet logs --json` has of every line, and that sessions and cut values bring. */
const common = new Set(
  'time decky service event severity message src_ip src_port dst_port session cut'.split(' '),
);
/** Of whoever touches a decky. */
const visitors = new Set(['connect', 'auth', 'command', 'request', 'upload', 'malformed', 'disconnect']);

interface Contract {
  readonly always: readonly string[];
  readonly sometimes: readonly string[];
}

/** The table of docs/events.md, by the name of the event. */
export async function readContract(): Promise<ReadonlyMap<string, Contract>> {
  const text = await readFile(join(packageRoot(), 'docs/events.md'), 'utf8');
  const rows = [...text.matchAll(/^\| *([a-z-]+) *\|[^|]*\|([^|]*)\|([^|]*)\|$/gm)].slice(1);
  const names = (cell = ''): readonly string[] =>
    cell
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
  return new Map(
    rows.map(([, event = '', always, sometimes]) => [
      event,
      { always: names(always), sometimes: names(sometimes) },
    ]),
  );
}

/** In what an event is not as the table has it. */
export function breaches(contract: ReadonlyMap<string, Contract>, event: LoggedEvent): readonly string[] {
  const rule = contract.get(event.event);
  const what = `${event.service}: ${event.event}`;
  if (rule === undefined) return [`${what} is no event of docs/events.md`];
  const has = (field: string): boolean => event[field] !== undefined && event[field] !== null;
  const wanted = [
    ...rule.always,
    ...(visitors.has(event.event) ? ['src_ip', 'src_port', 'dst_port', 'session'] : []),
  ];
  const known = [...common, ...rule.always, ...rule.sometimes];
  return [
    ...wanted.filter((field) => !has(field)).map((field) => `${what} has no ${field}`),
    ...Object.keys(event)
      .filter((field) => !known.includes(field))
      .map((field) => `${what} has ${field}, which docs/events.md has not`),
  ];
}
