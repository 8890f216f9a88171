import { once } from 'node:events';

/** Writes lines as fast as their reader takes them. */
export interface LineWriter {
  /** False when nobody reads any more. */
  write(line: string): Promise<boolean>;
}

/** `onClosed` is called when the reader is gone (`| head`): the usual end of a pipe, not a failure. */
export function createLineWriter(stream: NodeJS.WritableStream, onClosed: () => void): LineWriter {
  const closed = new AbortController();
  stream.on('error', () => {
    closed.abort();
    onClosed();
  });
  return {
    write: async (line) => {
      if (closed.signal.aborted) return false;
      const hasRoom = stream.write(`${line}\n`);
      if (!hasRoom) await once(stream, 'drain', { signal: closed.signal }).catch(() => {});
      return !closed.signal.aborted;
    },
  };
}
