import { cutMark } from '../docker/log-lines.ts';
import { safeText } from '../text/safe.ts';
import { namedFields } from './named-fields.ts';
import type { CollectedEvent } from './sink.ts';

const facility = 16; // local0, as in decnet_logging.py

/** Bytes. The helper's own lines have 15 000 at most, so that only what somebody else printed is ever cut. */
export const longestLine = 16_384;

/** Characters of a name (section 6.3.3); `field_` may have made it longer. */
const longestName = 32;

const marks = ['id', 'deployment', 'decky', 'service'] as const;

/**
 * An event as one valid line of RFC 5424, made anew: header and marks are ours, what the line claimed is in its
 * parameters alone, and no control character is left. A line that would be too long loses parameters and the end of
 * its message, which then ends in a mark.
 */
export function formatRfc5424(event: CollectedEvent): string {
  const head = `${header(event)} [decnet@32473${marks.map((name) => parameter(name, event[name])).join('')}`;
  const end = `] ${safeText(event.message)}`;
  const parameters = namedFields(event, marks).flatMap(([name, value]) =>
    name.length > longestName ? [] : [parameter(name, value)],
  );
  const line = head + parameters.join('') + end;
  // A character has at most three bytes a unit of its length.
  if (line.length * 3 <= longestLine || Buffer.byteLength(line) <= longestLine) return line;
  return shortened(head, parameters, end);
}

/** As many parameters as there is room for, each as a whole, and of the rest what fits. */
function shortened(head: string, parameters: readonly string[], end: string): string {
  let line = head;
  let room = longestLine - Buffer.byteLength(head + cutMark) - end.indexOf(' ') - 1;
  for (const parameter of parameters) {
    const size = Buffer.byteLength(parameter);
    if (size > room) continue;
    line += parameter;
    room -= size;
  }
  return `${line}${cutToBytes(end, room)}${cutMark}`;
}

function header(event: CollectedEvent): string {
  const host = printable(event.host?.hostname ?? event.decky, 255);
  const program = printable(`decnet-${event.service}`, 48);
  return `<${facility * 8 + event.severity}>1 ${timestamp(event.time)} ${host} ${program} - ${printable(event.event, 32)}`;
}

/** TIME-SECFRAC has six digits at most (section 6.2.3); Docker gives nine. */
function timestamp(time: string): string {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?\d*(Z|[+-]\d\d:\d\d)$/.exec(time);
  return match === null ? '-' : `${match[1]}${match[2] ?? ''}${match[3]}`;
}

/** PRINTUSASCII of a header's field. */
function printable(text: string, length: number): string {
  return text.replace(/[^!-~]/g, '_').slice(0, length) || '-';
}

/** Section 6.3.3: a backslash before `"`, `\` and `]`. */
function parameter(name: string, value: string): string {
  const safe = safeText(value);
  return ` ${name}="${/["\\\]]/.test(safe) ? safe.replace(/["\\\]]/g, '\\$&') : safe}"`;
}

/** As many whole characters as go into so many bytes. */
function cutToBytes(text: string, bytes: number): string {
  // `stream: true` holds back a character that is torn at the end.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, Math.max(bytes, 2)), { stream: true });
}
