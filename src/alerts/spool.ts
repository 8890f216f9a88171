import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { syncFolder } from '../state/atomic-write.ts';
import { type Alert, parseAlert } from './alert.ts';
import { type Position, readPosition, writePosition } from './position.ts';
import { listSegments, readLines, type Segment, segmentPath } from './segments.ts';

/** Alerts that go out by one POST. */
export interface Batch {
  readonly alerts: readonly Alert[];
  /** How many were not kept since the last batch that arrived. */
  readonly dropped: number;
  /** Whether none waits behind them. */
  readonly isLast: boolean;
}

/** What waits for one webhook, in a folder of its own. One process at a time. */
export interface Spool {
  /** Takes a line, in memory yet. One for which there is no room is counted instead. */
  add(line: string): void;
  /**
   * Resolves when what was added is on disk, or is counted as dropped since the disk does not take it. Answers
   * whether there is more to deliver than before.
   */
  flush(): Promise<boolean>;
  /** The oldest alerts, at most so many; null when none waits. The same ones until `remove` is called. */
  take(most: number): Promise<Batch | null>;
  /** Forgets the batch that was taken. `lost`: it was given up, and counts as dropped. */
  remove(batch: Batch, outcome?: 'delivered' | 'lost'): Promise<void>;
  close(): Promise<void>;
}

interface SpoolOptions {
  /** Bytes that may wait. */
  readonly capacity: number;
  /** A disk that fails. Nothing waits for it: alerts are dropped and counted. */
  readonly onFailure: (error: unknown) => void;
}

interface Writer {
  readonly number: number;
  readonly file: FileHandle;
}

const segmentSize = 1_000_000;

/** Bytes of lines in one batch, so that what common web servers take by default (100 kB) is enough. */
const batchSize = 65_536;

/**
 * Opens a spool, which is made (0700, files 0600) if it is not there. Every opening begins a segment of its own, so
 * that nothing is ever written behind a line that a kill has torn.
 */
export async function openSpool(folder: string, { capacity, onFailure }: SpoolOptions): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let segments: readonly Segment[] = await listSegments(folder);
  let position = await readPosition(folder);
  // An offset is of a segment that is there, never of one that is made later and gets its number.
  if (!segments.some(({ number }) => number === position.segment))
    position = { ...position, segment: position.segment + 1, offset: 0, end: null };
  const added: string[] = [];
  let addedBytes = 0;
  let hasDropped = false;
  let writer: Writer | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** One at a time, in the order of the calls: an append, a look and a removal never meet. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };

  const move = (to: Partial<Position>): void => {
    position = { ...position, ...to };
  };

  // Without its record, a restart sends again what was delivered: no reason to stop now.
  const record = (): Promise<void> => writePosition(folder, position).catch(onFailure);

  const waitingBytes = (): number => segments.reduce((sum, { size }) => sum + size, 0) - position.offset;

  async function append(bytes: Buffer): Promise<void> {
    if (writer === null) {
      const number = Math.max(position.segment, (segments.at(-1)?.number ?? 0) + 1);
      writer = { number, file: await open(segmentPath(folder, number), 'wx', 0o600) };
      segments = [...segments, { number, size: 0 }];
      await syncFolder(folder);
    }
    await writer.file.writeFile(bytes);
    await writer.file.datasync();
    const { number } = writer;
    segments = segments.map((one) =>
      one.number === number ? { number, size: one.size + bytes.length } : one,
    );
    if ((segments.at(-1)?.size ?? 0) >= segmentSize) await endSegment();
  }

  async function endSegment(): Promise<void> {
    const ended = writer;
    writer = null;
    await ended?.file.close().catch(onFailure);
  }

  async function flush(): Promise<boolean> {
    const lines = added.splice(0);
    addedBytes = 0;
    let isMore = lines.length > 0;
    try {
      if (isMore) await append(Buffer.from(lines.join('')));
    } catch (error) {
      onFailure(error);
      // What was half written is never read, and nothing is written behind it.
      await endSegment();
      isMore = false;
      hasDropped = true;
      move({ dropped: position.dropped + lines.length });
    }
    return isMore;
  }

  /** Leaves every segment that is delivered to its end, and removes its file. */
  async function leaveDelivered(): Promise<void> {
    const done = (one: Segment): boolean =>
      one.number < position.segment || (one.number === position.segment && position.offset >= one.size);
    for (let first = segments[0]; first !== undefined && done(first); first = segments[0]) {
      if (first.number === writer?.number) await endSegment();
      await rm(segmentPath(folder, first.number), { force: true }).catch(onFailure);
      segments = segments.slice(1);
      if (first.number === position.segment) move({ segment: first.number + 1, offset: 0, end: null });
    }
    const next = segments[0]?.number ?? position.segment;
    if (next > position.segment) move({ segment: next, offset: 0, end: null });
  }

  async function take(most: number): Promise<Batch | null> {
    for (;;) {
      await leaveDelivered();
      const [segment] = segments;
      if (segment === undefined) return null;
      const to = position.end ?? Math.min(segment.size, position.offset + batchSize);
      const path = segmentPath(folder, segment.number);
      const lines = await readLines(path, position.offset, to).catch((error: unknown) => {
        onFailure(error);
        return [];
      });
      const taken = lines.slice(0, most);
      const alerts = taken.flatMap(({ text }) => parseAlert(text) ?? []);
      // Of a segment that cannot be read on, as one that somebody has cut, there is nothing more.
      const end = taken.at(-1)?.end ?? segment.size;
      if (alerts.length === 0) {
        move({ offset: end, end: null });
      } else {
        const isLast = end >= segment.size && segments.length === 1;
        await recordBatch(end);
        return { alerts, dropped: position.told, isLast };
      }
    }
  }

  // What was dropped is recorded here and at the end, not when it is: a flush has no time for it.
  async function recordBatch(end: number): Promise<void> {
    const isNew = end !== position.end;
    if (isNew) move({ end, told: position.dropped });
    if (!isNew && !hasDropped) return;
    hasDropped = false;
    await record();
  }

  async function remove({ alerts }: Batch, outcome: 'delivered' | 'lost'): Promise<void> {
    const { end, dropped, told } = position;
    if (end === null) return;
    const left = outcome === 'delivered' ? dropped - told : dropped + alerts.length;
    move({ offset: end, end: null, dropped: left, told: 0 });
    // First the record, then the files: a kill between the two leaves a file that the next opening passes over.
    await record();
    await leaveDelivered();
  }

  return {
    add: (line) => {
      const size = Buffer.byteLength(line) + 1;
      if (waitingBytes() + addedBytes + size > capacity) {
        hasDropped = true;
        move({ dropped: position.dropped + 1 });
        return;
      }
      added.push(`${line}\n`);
      addedBytes += size;
    },
    flush: () => inTurn(flush),
    take: (most) => inTurn(() => take(most)),
    remove: (batch, outcome = 'delivered') => inTurn(() => remove(batch, outcome)),
    close: () =>
      inTurn(async () => {
        await endSegment();
        if (hasDropped) await record();
      }),
  };
}
