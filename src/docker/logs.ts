import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { createDemultiplexer } from './demux.ts';
import type { LogLine, LogOptions } from './docker.ts';
import { createLineAssembler } from './log-lines.ts';

/** Query of GET /containers/{id}/logs. */
export function logQuery(options: Omit<LogOptions, 'signal' | 'pause'>): Readonly<Record<string, string>> {
  return {
    stdout: 'true',
    stderr: 'true',
    timestamps: 'true',
    follow: String(options.follow),
    tail: options.tail === undefined ? 'all' : String(options.tail),
    ...(options.since === undefined ? {} : { since: unixTime(options.since) }),
  };
}

/** RFC 3339 as the API takes it, seconds with nine decimals: milliseconds, all that Date has, would repeat lines. */
function unixTime(time: string): string {
  const seconds = Math.floor(Date.parse(time) / 1000);
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return `${seconds}.${fraction.padEnd(9, '0').slice(0, 9)}`;
}

/** As much at once tells that more lies there: no time to pause. Bytes; what a stream of Node's holds at most. */
const plenty = 16 * 1024;

/** The lines of a multiplexed log. Ends with the stream, or quietly when `signal` aborts. */
export async function* readLog(
  stream: Readable,
  { signal, pause = 0 }: Pick<LogOptions, 'signal' | 'pause'>,
): AsyncGenerator<LogLine> {
  const demultiplex = createDemultiplexer();
  const lines = createLineAssembler();
  const stop = () => stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      for (const frame of demultiplex(bytes)) {
        for (const line of lines.push(frame)) yield line;
      }
      if (pause > 0 && bytes.length < plenty) await rest(stream, pause, signal);
    }
    yield* lines.end();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}

/** Leaves to the kernel what comes meanwhile. */
async function rest(stream: Readable, pause: number, signal: AbortSignal): Promise<void> {
  const socket = stream instanceof IncomingMessage ? stream.socket : null;
  socket?.pause();
  await setTimeout(pause, undefined, { signal }).catch(() => {});
  socket?.resume();
}
