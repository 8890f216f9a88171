import type { Stats } from 'node:fs';
import { type FileHandle, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from '../errors.ts';
import { syncFolder } from '../state/atomic-write.ts';
import { cutTornLine, openLogFile } from './log-file.ts';
import { rotate } from './rotate.ts';
import type { CollectedEvent, Sink } from './sink.ts';

export interface FileSinkOptions {
  readonly path: string;
  readonly format: (event: CollectedEvent) => string;
  /** Bytes that a file has at most, unless one line alone is longer. */
  readonly maxSize: number;
  /** Full files that are kept beside it. */
  readonly keep: number;
}

/**
 * Appends events to a file, a line each. A `flush` that fails, as on a full disk, leaves whole lines in the file, and
 * what is missing for the next.
 */
export async function createFileSink(options: FileSinkOptions): Promise<Sink> {
  const { path, format, maxSize, keep } = options;
  let lines: Buffer[] = [];
  let file = await openLogFile(path);
  await cutTornLine(file);
  await syncFolder(dirname(path));

  /** What is at the path: somebody may have moved our file away. Answers its size. */
  async function follow(): Promise<number> {
    const [own, there] = await Promise.all([file.stat(), statIfThere(path)]);
    if (there !== null && there.ino === own.ino && there.dev === own.dev) return own.size;
    const next = await openLogFile(path);
    // A shipper that may read the one must be able to read the next; where neither can be, it stays as it was made.
    await next.chmod(own.mode & 0o777).catch(() => {});
    await next.chown(own.uid, own.gid).catch(() => {});
    await file.close();
    file = next;
    await syncFolder(dirname(path));
    return (await file.stat()).size;
  }

  async function flush(): Promise<void> {
    while (lines.length > 0) {
      const size = await follow();
      const count = howManyFit(lines, maxSize - size);
      if (count === 0 && size > 0) {
        await rotate(path, keep);
        continue;
      }
      await append(file, Buffer.concat(lines.slice(0, Math.max(count, 1))), size);
      lines = lines.slice(Math.max(count, 1));
    }
  }

  return {
    add: (events) => {
      for (const event of events) lines.push(Buffer.from(`${format(event)}\n`));
    },
    flush,
    close: () => file.close(),
  };
}

function howManyFit(lines: readonly Buffer[], room: number): number {
  let size = 0;
  const first = lines.findIndex((line) => {
    size += line.length;
    return size > room;
  });
  return first === -1 ? lines.length : first;
}

/** All or nothing, as far as the disk lets us: half a line would be taken for a whole one by whoever follows the file. */
async function append(file: FileHandle, bytes: Buffer, size: number): Promise<void> {
  try {
    await file.appendFile(bytes);
    await file.datasync();
  } catch (error) {
    await file.truncate(size).catch(() => {});
    throw error;
  }
}

async function statIfThere(path: string): Promise<Stats | null> {
  return stat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
}
