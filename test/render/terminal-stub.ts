import { PassThrough } from 'node:stream';

export interface TerminalStub {
  readonly stream: NodeJS.WriteStream;
  /** All that was written. */
  text(): string;
  /** What stands on the screen at the end, one string a line. */
  screen(): string[];
  /** The screens that were drawn, one after the other. */
  frames(): string[];
}

/** A stream that passes for a terminal of 100 columns, and keeps what is written. */
export function stubTerminal(): TerminalStub {
  const chunks: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 50 });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  // A real one needs a file descriptor of a terminal; only these few members are used.
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    text: () => chunks.join(''),
    frames: () => chunks.map(withoutControls),
    screen: () => replay(chunks.join('')),
  };
}

function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken away.
  return text.replace(/\x1b\[[\d;?]*[A-Za-z]/g, '');
}

// Enough of a terminal for log-update: line feed, erase line, cursor up, cursor to column 1.
function replay(text: string): string[] {
  const lines = [''];
  let row = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is read.
  for (const [token] of text.matchAll(/\x1b\[[\d;?]*[A-Za-z]|\n|[^\x1b\n]+/g)) {
    if (token === '\n') row += 1;
    else if (token === '\x1b[2K') lines[row] = '';
    else if (token.endsWith('A') && token.startsWith('\x1b[')) row -= Number(token.slice(2, -1) || '1');
    else if (!token.startsWith('\x1b')) lines[row] = (lines[row] ?? '') + token;
    lines[row] ??= '';
  }
  return lines.map((line) => line.trimEnd()).filter((line) => line !== '');
}
