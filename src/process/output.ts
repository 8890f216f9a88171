import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** The last part of what a child printed. */
export interface OutputTail {
  /** Call once, when the stream is over: an unfinished last line counts as a line. */
  finish(): string;
}

/** How many characters of a stream are kept: the end of it, since that is where failures are told. */
const keptCharacters = 1024 * 1024;

/** Follows a stream to its end. */
export function followOutput(stream: Readable, onLine: (line: string) => void): OutputTail {
  const decoder = new StringDecoder('utf8');
  let kept = '';
  let unfinished = '';
  const take = (text: string): void => {
    kept += text;
    if (kept.length > 2 * keptCharacters) kept = kept.slice(-keptCharacters);
    const lines = (unfinished + text).split('\n');
    unfinished = lines.pop() ?? '';
    if (unfinished.length > keptCharacters) unfinished = unfinished.slice(-keptCharacters);
    for (const line of lines) onLine(withoutReturn(line));
  };
  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)));
  return {
    finish() {
      take(decoder.end());
      if (unfinished !== '') onLine(withoutReturn(unfinished));
      return kept.slice(-keptCharacters);
    },
  };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
