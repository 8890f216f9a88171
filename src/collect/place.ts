import type { LogLine } from '../docker/docker.ts';
import { timeKey } from '../logs/time-key.ts';

/** The last line of a stream that was taken: its time, and how many lines of the stream bore that time until then. */
interface Mark {
  readonly time: string;
  readonly count: number;
}

/** How far a container's log was read. */
export type Place = Readonly<Partial<Record<LogLine['stream'], Mark>>>;

export const beginning: Place = {};

/**
 * Docker gives all lines from the first on that is not before `since`. A line of several messages bears the time of
 * the first of them, and may end after lines of the other stream that are later: so this much is read again.
 */
const overlapMilliseconds = 10_000;

/**
 * Where to read on: RFC 3339; undefined for the beginning. A place that lies in the future is none: the clock was set
 * back, and what was logged since bears earlier times.
 */
export function sinceOf(place: Place, now: number): string | undefined {
  const times = Object.values(place).map((mark) => Date.parse(mark.time));
  const last = Math.max(...times);
  if (!Number.isFinite(last) || last > now + overlapMilliseconds) return undefined;
  return new Date(last - overlapMilliseconds).toISOString();
}

/** Tells new lines from those that were taken before. */
export interface Reading {
  /** The line's number among those of its stream and time, from 0; null when it was taken before. */
  take(line: LogLine): number | null;
  place(): Place;
}

/** A reading that goes on from `place`, over lines that begin at its `since` or before. */
export function readFrom(place: Place, since: string | undefined): Reading {
  // Read from the beginning since the place counts for nothing, or as there is none.
  let current = since === undefined ? beginning : place;
  const behind = new Map<string, Mark>(Object.entries(current));
  const seen = new Map<string, Mark>();

  return {
    take(line) {
      // Docker stamps each; one without is no place.
      if (timeKey(line.time) === '') return 0;
      const before = seen.get(line.stream);
      const ordinal = before?.time === line.time ? before.count : 0;
      const mark = { time: line.time, count: ordinal + 1 };
      seen.set(line.stream, mark);
      const until = behind.get(line.stream);
      if (until !== undefined) {
        if (isTaken(mark, until)) return null;
        // Lines behind it come next whatever their time is: the clock may have been set back.
        behind.delete(line.stream);
        if (mark.time === until.time && mark.count === until.count) return null;
      }
      current = { ...current, [line.stream]: mark };
      return ordinal;
    },
    place: () => current,
  };
}

/** Whether a mark lies before another. */
function isTaken(mark: Mark, until: Mark): boolean {
  if (mark.time === until.time) return mark.count < until.count;
  return timeKey(mark.time) < timeKey(until.time);
}
