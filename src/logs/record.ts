import type { LogLine } from '../docker/docker.ts';
import { parseRfc5424, type SyslogLine } from './rfc5424.ts';

/** Whose container a line came from: by its labels. */
export interface Origin {
  readonly decky: string;
  readonly service: string;
}

/** One event of a decoy. The keys stand in every record; null where the line says nothing. */
export interface LogRecord extends Origin {
  /** RFC 3339, by Docker's clock. */
  readonly time: string;
  /** `raw` for a line that is not ours: `message` is its text. */
  readonly event: string;
  readonly src_ip: string | null;
  readonly src_port: number | null;
  readonly dst_port: number | null;
  readonly session: string | null;
  /** The event's own, e.g. `username`. */
  readonly fields: Readonly<Record<string, string>>;
  readonly message: string;
}

/** A container's line as a record. Decky, service and time are never taken from the line: an intruder may write it. */
export function toRecord(line: LogLine, origin: Origin): LogRecord {
  // The helper prints no `raw`: a line that claims it would be shown without its fields.
  const parsed = parseRfc5424(line.text);
  return parsed === null || parsed.event === 'raw'
    ? rawRecord(line, origin)
    : parsedRecord(line, origin, parsed);
}

/** A line that is not ours, as it is. */
export function rawRecord({ time, text }: LogLine, { decky, service }: Origin): LogRecord {
  const nothing = { src_ip: null, src_port: null, dst_port: null, session: null, fields: {} };
  return { time, decky, service, event: 'raw', ...nothing, message: text };
}

/** A line of the helper's, taken apart. */
export function parsedRecord({ time }: LogLine, origin: Origin, parsed: SyslogLine): LogRecord {
  const { src_ip, src_port, dst_port, session } = parsed.params;
  return {
    time,
    decky: origin.decky,
    service: origin.service,
    event: parsed.event,
    src_ip: src_ip ?? null,
    src_port: toPort(src_port),
    dst_port: toPort(dst_port),
    session: session ?? null,
    // Far quicker than to take the others out by destructuring, and as safe whatever a name is.
    fields: Object.fromEntries(Object.entries(parsed.params).filter(([name]) => !standing.has(name))),
    message: parsed.message,
  };
}

/** Parameters that have a key of their own in a record, or are known better by the container's labels. */
const standing: ReadonlySet<string> = new Set([
  'decky',
  'service',
  'src_ip',
  'src_port',
  'dst_port',
  'session',
]);

function toPort(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return null;
  return Number(text) <= 65535 ? Number(text) : null;
}
