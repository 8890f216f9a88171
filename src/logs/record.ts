import type { LogLine } from '../docker/docker.ts';
import { parseRfc5424 } from './rfc5424.ts';

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
  const { decky, service } = origin;
  const parsed = parseRfc5424(line.text);
  // The helper prints no such event: a line that claims it would be shown without its fields.
  if (parsed === null || parsed.event === 'raw') {
    const nothing = { src_ip: null, src_port: null, dst_port: null, session: null, fields: {} };
    return { time: line.time, decky, service, event: 'raw', ...nothing, message: line.text };
  }
  const { decky: _decky, service: _service, src_ip, src_port, dst_port, session, ...fields } = parsed.params;
  return {
    time: line.time,
    decky,
    service,
    event: parsed.event,
    src_ip: src_ip ?? null,
    src_port: toPort(src_port),
    dst_port: toPort(dst_port),
    session: session ?? null,
    fields,
    message: parsed.message,
  };
}

function toPort(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return null;
  return Number(text) <= 65535 ? Number(text) : null;
}
