import type { Docker, LogLine, LogOptions } from '../docker/docker.ts';
import type { Accepts } from './filter.ts';
import { lastOf } from './last-items.ts';
import { mergeByTime } from './merge.ts';
import { mergeLive } from './merge-live.ts';
import { type LogRecord, toRecord } from './record.ts';
import type { Source } from './sources.ts';
import { timeKey } from './time-key.ts';

export interface CollectOptions {
  readonly follow: boolean;
  /** RFC 3339; all that Docker has when it is not given. */
  readonly since?: string;
  /** The last records of each container, of those that are accepted; all when it is not given. */
  readonly tail?: number;
  /** Which records are shown; all when it is null or not given. */
  readonly accepts?: Accepts | null;
  /** Told when all that was there has been given. */
  readonly onCaughtUp?: () => void;
  readonly signal: AbortSignal;
  /** Told when a container's log cannot be read, though the container is there. The rest goes on. */
  readonly onLost: (source: Source, error: unknown) => void;
  /** Waits between two looks at a container that ended; resolves early when the signal aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A container that ended may be started again by its restart policy. */
const lookAgainMilliseconds = 2000;

/** The records of all containers by time: what is there, exactly; then, in follow mode, what comes. */
export async function* collectLogs(
  docker: Docker,
  sources: readonly Source[],
  options: CollectOptions,
): AsyncGenerator<LogRecord, void, undefined> {
  const start = new Date(options.now()).toISOString();
  const readers = sources.map((source) => createReader(docker, source, start, options));
  yield* mergeByTime(readers.map((reader) => reader.history()));
  options.onCaughtUp?.();
  if (options.follow && !options.signal.aborted) yield* mergeLive(readers.map((reader) => reader.news()));
}

interface Reader {
  history(): AsyncGenerator<LogRecord, void, undefined>;
  news(): AsyncGenerator<LogRecord, void, undefined>;
}

function createReader(docker: Docker, source: Source, start: string, options: CollectOptions): Reader {
  const { signal, tail, accepts = null } = options;
  // Where the next read begins. Docker's `since` includes that moment, so that a line seen before is dropped by its time.
  let since = start;
  let seen = '';
  let isLost = false;

  async function* read(how: LogOptions): AsyncGenerator<LogRecord, void, undefined> {
    const before = seen;
    try {
      for await (const line of docker.logs(source.id, how)) {
        if (before !== '' && timeKey(line.time) <= before) continue;
        remember(line);
        const record = toRecord(line, source);
        if (accepts === null || accepts(record)) yield record;
      }
      isLost = false;
    } catch (error) {
      if (signal.aborted || isLost || (await isGone())) return;
      isLost = true;
      options.onLost(source, error);
    }
  }
  // A stamp that is no time, or that goes back since the clock was set, is no place to read on from.
  function remember(line: LogLine): void {
    const key = timeKey(line.time);
    if (key <= seen) return;
    since = line.time;
    seen = key;
  }
  async function isGone(): Promise<boolean> {
    return (await docker.inspectContainer(source.id).catch(() => undefined)) === null;
  }
  async function* news(): AsyncGenerator<LogRecord, void, undefined> {
    while (!signal.aborted) {
      yield* read({ follow: true, since, signal });
      if (signal.aborted || (await isGone())) return;
      await options.sleep(lookAgainMilliseconds);
    }
  }
  function history(): AsyncGenerator<LogRecord, void, undefined> {
    const how = { follow: false, signal, ...(options.since === undefined ? {} : { since: options.since }) };
    if (tail === undefined) return read(how);
    // Docker counts lines that are not accepted too; of none there is nothing to count.
    return accepts === null || tail === 0 ? read({ ...how, tail }) : lastOf(read(how), tail);
  }
  return { history, news };
}
