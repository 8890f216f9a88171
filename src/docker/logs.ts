import type { Readable } from 'node:stream';
import { createDemultiplexer } from './demux.ts';
import type { LogLine, LogOptions } from './docker.ts';
import { createLineAssembler } from './log-lines.ts';

/** Query of GET /containers/{id}/logs. */
export function logQuery(options: Omit<LogOptions, 'signal'>): Readonly<Record<string, string>> {
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

/** The lines of a multiplexed log. Ends with the stream, or quietly when `signal` aborts. */
export async function* readLog(stream: Readable, signal: AbortSignal): AsyncGenerator<LogLine> {
  const demultiplex = createDemultiplexer();
  const lines = createLineAssembler();
  const stop = () => stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stream) {
      for (const frame of demultiplex(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)))) {
        yield* lines.push(frame);
      }
    }
    yield* lines.end();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}
