import { chmod, type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DecnetError } from '../errors.ts';
import { jsonLine } from '../text/json-line.ts';
import type { Listener } from './events.ts';

/** The events of a run, kept on disk. */
export interface Journal {
  readonly listener: Listener;
  /** Resolves when all that was told is on the disk, or was lost and reported. */
  close(): Promise<void>;
}

/**
 * Appends each event to `<folder>/events.ndjson`, one JSON object a line, in the order told. The folder is made
 * (0700, file 0600: children print passwords). The listener neither throws nor waits; a disk that fails is told
 * once to `onFailure`, and the rest is dropped. Rejects with `JOURNAL_UNUSABLE` when the file cannot be opened.
 */
export async function openJournal(
  folder: string,
  onFailure: (error: DecnetError) => void = () => {},
): Promise<Journal> {
  const path = join(folder, 'events.ndjson');
  const { file, isTorn } = await openFile(folder, path).catch((cause: unknown) => {
    throw failure(path, cause);
  });
  let waiting = isTorn ? '\n' : '';
  let writing: Promise<void> | null = null;
  let isUsable = true;

  const giveUp = (cause: unknown): void => {
    waiting = '';
    if (!isUsable) return;
    isUsable = false;
    onFailure(failure(path, cause));
  };
  // Whatever is told while a write is under way goes out with the next one.
  const writeAll = async (): Promise<void> => {
    try {
      while (waiting !== '') {
        const chunk = waiting;
        waiting = '';
        await file.appendFile(chunk);
      }
    } catch (error) {
      giveUp(error);
    }
    // In the same turn as the last look at `waiting`: an event told later starts the next write.
    writing = null;
  };
  return {
    listener: (event) => {
      if (!isUsable) return;
      waiting += `${jsonLine(event)}\n`;
      writing ??= writeAll();
    },
    close: async () => {
      await writing;
      if (isUsable) await file.datasync().catch(giveUp);
      isUsable = false;
      await file.close();
    },
  };
}

async function openFile(folder: string, path: string): Promise<{ file: FileHandle; isTorn: boolean }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const file = await open(path, 'a+', 0o600);
  return { file, isTorn: await endsTorn(file) };
}

// A kill in the middle of a write leaves half a line: what comes next must not be glued to it.
async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() !== '\n';
}

function failure(path: string, cause: unknown): DecnetError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DecnetError(`The journal ${path} cannot be written: ${reason}`, {
    code: 'JOURNAL_UNUSABLE',
    hint: 'Free some space or mend the permissions of that folder; the run itself is recorded in the state file.',
    cause,
  });
}
