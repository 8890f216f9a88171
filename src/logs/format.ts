import { jsonLine } from '../text/json-line.ts';
import type { Paint } from '../text/paint.ts';
import { quoteValue } from '../text/quote.ts';
import { safeText } from '../text/safe.ts';
import type { LogRecord } from './record.ts';

/**
 * A record for people, one line, with the local time of day:
 * `12:03:44 files-01 ssh auth 198.51.100.200:41234 username=root password=toor`. The helper's message only says
 * in words what event and source say, and is left out.
 */
export function formatHuman(record: LogRecord, paint: Paint): string {
  const head = [timeOfDay(record.time), record.decky, record.service, record.event].map(safeText).join(' ');
  if (record.event === 'raw') return paint.dim(`${head} ${safeText(record.message)}`);
  // Of a visitor's it is the service's own; else it tells what listens, or what the decky itself calls.
  const port =
    record.src_ip === null && record.dst_port !== null ? { dst_port: String(record.dst_port) } : {};
  const fields = Object.entries({ ...record.fields, ...port }).map(
    ([name, value]) => `${safeText(name)}=${quoteValue(value)}`,
  );
  return [head, source(record), ...fields].join(' ');
}

/**
 * A record for programs. A field that is called like one of the fixed keys, or like what such a field becomes, is
 * written as `field_<name>`: no two fields become one.
 */
export function formatJson(record: LogRecord): string {
  const { fields, message, ...fixed } = record;
  const taken = new Set([...Object.keys(fixed), 'message']);
  const named = Object.entries(fields).map(([name, value]) => [
    taken.has(name.replace(/^(field_)+/, '')) ? `field_${name}` : name,
    value,
  ]);
  return jsonLine(Object.fromEntries([...Object.entries(fixed), ...named, ['message', message]]));
}

function source({ src_ip: address, src_port: port }: LogRecord): string {
  if (address === null) return '-';
  // Its own column: with a space in it, it would pass for the next one.
  const shown = quoteValue(address.includes(':') && port !== null ? `[${address}]` : address);
  return port === null ? shown : `${shown}:${port}`;
}

/** Local time of day, `12:03:44`, of an RFC 3339 time. */
export function timeOfDay(time: string): string {
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime())) return '--:--:--';
  const parts = [moment.getHours(), moment.getMinutes(), moment.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
