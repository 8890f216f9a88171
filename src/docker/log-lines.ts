import type { Frame } from './demux.ts';
import type { LogLine } from './docker.ts';

/** Bytes of one line that are kept. */
export const longestLine = 64 * 1024;
export const cutMark = ' …[cut]';

/** RFC 3339 with nine digits and a blank: what the engine puts before each message when asked for time stamps. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)) /;

interface Pending {
  time: string;
  parts: Buffer[];
  length: number;
  isCut: boolean;
}

/**
 * Puts lines together. The engine splits a long line into messages of 16 kB and stamps each of them; only the last
 * ends in a newline. Bytes are decoded when a line is whole, so that no character is torn at a border, and what is
 * not UTF-8 comes out as replacement characters.
 */
export function createLineAssembler(): { push(frame: Frame): readonly LogLine[]; end(): readonly LogLine[] } {
  const open = new Map<LogLine['stream'], Pending>();

  function push({ stream, payload }: Frame): readonly LogLine[] {
    const { time, message } = splitStamp(payload);
    const pending = open.get(stream) ?? { time, parts: [], length: 0, isCut: false };
    const isWhole = message.at(-1) === 0x0a;
    append(pending, isWhole ? message.subarray(0, -1) : message);
    if (!isWhole) {
      open.set(stream, pending);
      return [];
    }
    open.delete(stream);
    return [toLine(stream, pending)];
  }

  return {
    push,
    end: () => [...open].map(([stream, pending]) => toLine(stream, pending)),
  };
}

function splitStamp(payload: Buffer): { readonly time: string; readonly message: Buffer } {
  const match = stamp.exec(payload.toString('latin1', 0, 40));
  if (match === null) return { time: '', message: payload };
  return { time: match[1] ?? '', message: payload.subarray(match[0].length) };
}

function append(pending: Pending, message: Buffer): void {
  const room = longestLine - pending.length;
  if (message.length > room) pending.isCut = true;
  if (room <= 0) return;
  // A copy: the frame is a view of a chunk that may be far larger than the line.
  pending.parts.push(Buffer.from(message.subarray(0, room)));
  pending.length += Math.min(message.length, room);
}

function toLine(stream: LogLine['stream'], pending: Pending): LogLine {
  const text = Buffer.concat(pending.parts).toString('utf8').replace(/\r$/, '');
  return { time: pending.time, stream, text: pending.isCut ? text + cutMark : text };
}
