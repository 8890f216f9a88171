import type { LogLine } from '../docker/docker.ts';
import { cutMark } from '../docker/log-lines.ts';
import { parsedRecord, rawRecord } from '../logs/record.ts';
import { parseRfc5424 } from '../logs/rfc5424.ts';
import type { Source } from '../logs/sources.ts';
import { eventId } from './event-id.ts';
import type { CollectedEvent } from './sink.ts';

export interface Surroundings {
  readonly deployment: string;
  readonly host: CollectedEvent['host'];
  /** Of `Reading.take`. */
  readonly ordinal: number;
}

/** Bytes. What is longer did not come from the helper: its lines have at most 15 000 (LINE_LIMIT in decnet_logging.py). */
const longestEvent = 15_000;

/** Characters that are kept of a line that is not the helper's. */
const longestRaw = 4_096;

/** RFC 5424 section 6.2.1: notice. What a service prints besides its events is worth a look. */
const severityOfRaw = 5;

/** A container's line as an event, bounded in size. */
export function toEvent(line: LogLine, source: Source, surroundings: Surroundings): CollectedEvent {
  const { deployment, host, ordinal } = surroundings;
  const id = eventId(source.id, line, ordinal);
  const parsed = line.text.length > longestEvent ? null : parseRfc5424(line.text);
  const isOurs = parsed !== null && parsed.event !== 'raw' && Buffer.byteLength(line.text) <= longestEvent;
  if (isOurs) {
    return { ...parsedRecord(line, source, parsed), id, deployment, host, severity: parsed.severity };
  }
  return { ...rawRecord(shortened(line), source), id, deployment, host, severity: severityOfRaw };
}

function shortened(line: LogLine): LogLine {
  if (line.text.length <= longestRaw + cutMark.length) return line;
  return { ...line, text: line.text.slice(0, longestRaw).toWellFormed() + cutMark };
}
