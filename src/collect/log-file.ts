import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Opens the file to append to, made with 0600 where there is none. Rejects with what the system says. */
export async function openLogFile(path: string): Promise<FileHandle> {
  const { O_RDWR, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  // To be read, too, for its end; without waiting for a reader, should it be a pipe.
  return open(path, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, 0o600);
}

/** What a crash left of a line at the end of the file is taken away: it was not safe, and comes again as a whole. */
export async function cutTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const piece = Buffer.alloc(64 * 1024);
  let end = size;
  while (end > 0) {
    const start = Math.max(0, end - piece.length);
    const { bytesRead } = await file.read(piece, 0, end - start, start);
    const lineBreak = piece.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (lineBreak !== -1) {
      end = start + lineBreak + 1;
      break;
    }
    end = start;
  }
  if (end < size) await file.truncate(end);
}
