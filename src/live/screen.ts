import { fitText } from '../text/columns.ts';
import type { Paint } from '../text/paint.ts';
import { grid } from './grid.ts';
import { formatAgo, localTime } from './moments.ts';
import { type Section, sectionsOf } from './sections.ts';
import type { Alarm } from './tally.ts';
import type { Seen } from './watch.ts';

/** Of a terminal's window, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What stands beside the counts. */
export interface Frame {
  readonly deployment: string;
  /** From when on events are counted, RFC 3339. */
  readonly since: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Alarms that are shown; more of them are counted. */
const shownAlarms = 3;

/** An empty line, the headers, and one row: less of a part is not worth its place. */
const leastOfSection = 3;

/** Lines that fit the window, never more or wider. */
export function drawScreen(seen: Seen, frame: Frame, size: Size, paint: Paint): readonly string[] {
  const { columns, rows } = size;
  const { touches, trouble } = seen;
  const { now } = frame;
  const line = (text: string, colour = same): string => colour(fitText(text, columns));
  const head = [
    line(`${headline(seen, frame)}. q quits`),
    ...alarmLines(touches.alarms, now).map((text) => line(text, paint.red)),
    ...(trouble === null ? [] : [line(`${formatAgo(trouble.at, now)} ago: ${trouble.text}`, paint.yellow)]),
  ];
  const body = shareOut(sectionsOf(touches, now), rows - head.length).flatMap(([section, count]) => {
    const [headers = '', ...cells] = grid(section.headers, section.rows(count), columns);
    return ['', paint.dim(headers), ...cells];
  });
  return [...head, ...body].slice(0, rows);
}

function headline({ touches, isReading }: Seen, { deployment, since, now }: Frame): string {
  const { events, visitors, hasForgotten, places } = touches;
  const when = `since ${localTime(since, now)}`;
  if (events === 0) return `${deployment}: ${isReading ? 'reading what was logged' : 'nobody came'} ${when}`;
  const deckies = new Set(places.map((place) => place.decky)).size;
  const from = `${hasForgotten ? 'more than ' : ''}${amount(visitors.length, 'source', 'sources')}`;
  const on = amount(deckies, 'decky', 'deckies');
  return `${deployment}: ${amount(events, 'event', 'events')} from ${from} on ${on} ${when}`;
}

function amount(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function alarmLines(alarms: readonly Alarm[], now: number): readonly string[] {
  const shown = alarms.slice(0, shownAlarms).map(({ decky, destination, packets, last }) => {
    return `ALARM egress-denied: ${decky} called ${destination}, ${packets} refused, ${formatAgo(last, now)} ago`;
  });
  const more = alarms.length - shown.length;
  return more > 0 ? [...shown, `ALARM egress-denied: ${more} other destinations`] : shown;
}

/** Gives out `room` lines among the parts that have rows, one at a time, so that none starves the others. */
function shareOut(
  sections: readonly Section[],
  room: number,
): readonly (readonly [section: Section, count: number])[] {
  const most = Math.max(0, Math.floor(room / leastOfSection));
  const shown = sections.filter(({ size }) => size > 0).slice(0, most);
  const counts = shown.map(() => 0);
  let left = room - shown.length * (leastOfSection - 1);
  for (let isGiven = true; isGiven && left > 0; ) {
    isGiven = false;
    shown.forEach(({ size }, index) => {
      const count = counts[index] ?? 0;
      if (left <= 0 || count >= size) return;
      counts[index] = count + 1;
      left -= 1;
      isGiven = true;
    });
  }
  return shown.map((section, index) => [section, counts[index] ?? 0]);
}

const same = (text: string): string => text;
