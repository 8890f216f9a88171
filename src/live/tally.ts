import { formatAddress, parseAddress } from '../fleet/addresses.ts';
import { createLastItems } from '../logs/last-items.ts';
import type { LogRecord } from '../logs/record.ts';
import { type Counted, createRanking } from './ranking.ts';

/** What one visitor did. */
interface VisitorCount extends Counted {
  /** IPv4. */
  readonly address: string;
  readonly deckies: Set<string>;
  logins: number;
  /** The decky and service that it touched last. */
  lastPlace: string;
}

/** What was done to one service of a decky. */
interface PlaceCount extends Counted {
  readonly decky: string;
  readonly service: string;
  logins: number;
  /** The address of whoever touched it last. */
  lastVisitor: string;
}

/** Calls of a decky to one destination, all of them refused. */
export interface Alarm extends Counted {
  readonly decky: string;
  /** E.g. `udp 203.0.113.9:53`. */
  readonly destination: string;
  packets: number;
}

/** Who is touching what, at one moment. The lists begin with the most, or with the latest. */
export interface Touches {
  readonly events: number;
  readonly visitors: readonly Readonly<VisitorCount>[];
  /** Visitors were so many that quiet ones were forgotten. */
  readonly hasForgotten: boolean;
  readonly places: readonly Readonly<PlaceCount>[];
  /** The latest first. */
  readonly alarms: readonly Readonly<Alarm>[];
  readonly logins: readonly LogRecord[];
  readonly recent: readonly LogRecord[];
}

/** Counts records in bounded memory, however many come and whatever they claim. */
export interface Tally {
  add(record: LogRecord): void;
  touches(): Touches;
}

/** More than any window shows; a flood from made-up addresses fills no memory. */
const limits = { visitors: 1000, places: 2000, alarms: 100, recent: 200 };

/** Who a record says that it was, when that is no address: made up by whoever writes in the decoy's place. */
const nobody = '?';

export function createTally(): Tally {
  const visitors = createRanking<number, VisitorCount>(limits.visitors);
  const places = createRanking<string, PlaceCount>(limits.places);
  const alarms = createRanking<string, Alarm>(limits.alarms);
  const logins = createLastItems<LogRecord>(limits.recent);
  const recent = createLastItems<LogRecord>(limits.recent);
  let events = 0;

  function countVisit({ decky, service, event }: LogRecord, source: string, time: number): void {
    const address = parseAddress(source);
    const visitor = address === null ? null : visitors.entry(address, () => newVisitor(address));
    const place = places.entry(`${decky} ${service}`, () => newPlace(decky, service));
    events += 1;
    place.lastVisitor = visitor?.address ?? nobody;
    visitor?.deckies.add(decky);
    for (const counted of visitor === null ? [place] : [place, visitor]) {
      count(counted, time);
      counted.logins += event === 'auth' ? 1 : 0;
    }
    if (visitor !== null) visitor.lastPlace = `${decky} ${service}`;
  }

  function countAlarm(record: LogRecord, time: number): void {
    const { decky, fields } = record;
    const destination = destinationOf(record);
    const alarm = alarms.entry(`${decky} ${destination}`, () => ({
      ...nothing,
      decky,
      destination,
      packets: 0,
    }));
    count(alarm, time);
    alarm.packets += /^\d{1,9}$/.test(fields.count ?? '') ? Number(fields.count) : 1;
  }

  return {
    add: (record) => {
      const parsed = Date.parse(record.time);
      const time = Number.isNaN(parsed) ? 0 : parsed;
      recent.add(record);
      if (record.event === 'auth') logins.add(record);
      if (record.event === 'egress-denied') countAlarm(record, time);
      else if (record.src_ip !== null) countVisit(record, record.src_ip, time);
    },
    touches: () => ({
      events,
      visitors: visitors.top(),
      hasForgotten: visitors.hasForgotten(),
      places: places.top(),
      alarms: [...alarms.top()].sort((left, right) => right.last - left.last),
      logins: [...logins.items()].reverse(),
      recent: [...recent.items()].reverse(),
    }),
  };
}

const nothing = { events: 0, last: 0 };

function newVisitor(address: number): VisitorCount {
  return { ...nothing, address: formatAddress(address), deckies: new Set(), logins: 0, lastPlace: '' };
}

function newPlace(decky: string, service: string): PlaceCount {
  return { ...nothing, decky, service, logins: 0, lastVisitor: nobody };
}

function destinationOf({ fields, dst_port: port }: LogRecord): string {
  const { protocol, dst_ip: address } = fields;
  const where = address === undefined ? 'several addresses' : address + (port === null ? '' : `:${port}`);
  return `${protocol ?? ''} ${where}`.trim().slice(0, 100);
}

function count(entry: Counted, time: number): void {
  entry.events += 1;
  entry.last = Math.max(entry.last, time);
}
