import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file so that a reader, and a machine that loses power at any instant, sees the old content or
 * the new one whole: temporary file beside it, fsync, rename, fsync of the folder (rename(2), fsync(2)).
 * One writer at a time: its name is fixed, so that what a kill leaves of it is written over by the next.
 */
export async function writeAtomically(path: string, content: string, mode: number): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    const file = await open(temporary, 'w', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** The file that a write goes to first: what a kill in the middle of it leaves. */
export function temporaryOf(path: string): string {
  return `${path}.tmp`;
}

/** Makes the entries of a folder durable: what was created, renamed or unlinked in it. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
