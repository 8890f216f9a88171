import { formatHuman } from '../logs/format.ts';
import type { LogRecord } from '../logs/record.ts';
import type { Paint } from '../text/paint.ts';
import { quoteValue } from '../text/quote.ts';
import { formatAgo } from './moments.ts';
import type { Touches } from './tally.ts';

/** A part of the screen: rows under headers, of which as many are shown as there is room for. */
export interface Section {
  readonly headers: readonly string[];
  readonly size: number;
  /** The first `count` rows. */
  rows(count: number): readonly (readonly string[])[];
}

/** The parts of the screen, from top to bottom. `now` is in milliseconds since the epoch. */
export function sectionsOf(touches: Touches, now: number): readonly Section[] {
  const { visitors, places, logins, recent } = touches;
  return [
    section(['SOURCE', 'EVENTS', 'LOGINS', 'DECKIES', 'AGO', 'LAST ON'], visitors, (visitor) => [
      visitor.address,
      String(visitor.events),
      String(visitor.logins),
      String(visitor.deckies.size),
      formatAgo(visitor.last, now),
      visitor.lastPlace,
    ]),
    section(['DECKY', 'SERVICE', 'EVENTS', 'LOGINS', 'AGO', 'LAST FROM'], places, (place) => [
      place.decky,
      place.service,
      String(place.events),
      String(place.logins),
      formatAgo(place.last, now),
      place.lastVisitor,
    ]),
    section(['LOGIN FROM', 'ON', 'AGO', 'RESULT', 'USERNAME', 'PASSWORD OR PROOF'], logins, (login) =>
      loginCells(login, now),
    ),
    section(['EVENTS, THE LATEST FIRST'], recent, (record) => [formatHuman(cut(record), plain)]),
  ];
}

function section<Item>(
  headers: readonly string[],
  items: readonly Item[],
  toCells: (item: Item) => readonly string[],
): Section {
  return { headers, size: items.length, rows: (count) => items.slice(0, count).map(toCells) };
}

function loginCells(record: LogRecord, now: number): readonly string[] {
  const { decky, service, time, src_ip: source } = record;
  const { username, client_id: client, password, accepted, method, ...others } = cut(record).fields;
  const proof = password ?? others.hashcat ?? others.fingerprint ?? others.token ?? null;
  const name = username ?? client ?? null;
  return [
    source ?? '-',
    `${decky} ${service}`,
    formatAgo(Date.parse(time) || 0, now),
    accepted === 'true' ? 'let in' : 'refused',
    name === null ? '-' : quoteValue(name),
    proof === null ? `- ${method ?? ''}` : quoteValue(proof),
  ];
}

/** No window shows more of a value, and there may be 64 kB of it. */
const longest = 500;

function cut(record: LogRecord): LogRecord {
  const fields = Object.entries(record.fields).map(([name, value]) => [name, value.slice(0, longest)]);
  return { ...record, message: record.message.slice(0, longest), fields: Object.fromEntries(fields) };
}

const same = (text: string): string => text;
const plain: Paint = { dim: same, red: same, green: same, yellow: same };
