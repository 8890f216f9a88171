import type { Size } from './screen.ts';

/** As much of `process.stdout` as a view needs. */
export interface ViewOutput extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly writableNeedDrain?: boolean;
}

/** As much of `process.stdin`. */
export interface ViewInput extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

/** A terminal that a view has for itself until it is closed. */
export interface ViewTerminal {
  size(): Size;
  /** Shows these lines, from the top. Lines that stand there already are not written again. */
  draw(lines: readonly string[]): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

export interface ViewListener {
  /** A character was typed; with a keyboard in raw mode Ctrl-C is one too. */
  readonly onKey: (key: string) => void;
  /** Nobody reads any more. */
  readonly onGone: () => void;
}

// xterm's control sequences: the alternate screen, the cursor hidden, no line that goes on in the next.
const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const leave = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const clear = '\x1b[2J';

/** Takes the terminal over. */
export function openTerminal(input: ViewInput, output: ViewOutput, listener: ViewListener): ViewTerminal {
  const onData = (chunk: string | Buffer): void => {
    for (const key of chunk.toString()) listener.onKey(key);
  };
  let drawn: readonly string[] = [];
  let drawnSize = '';
  output.on('error', listener.onGone);
  input.on('error', listener.onGone);
  output.write(enter);
  const hasKeys = input.isTTY === true;
  if (hasKeys) {
    input.setRawMode?.(true);
    input.on('data', onData).resume();
  }
  const size = (): Size => ({ columns: output.columns || 80, rows: output.rows || 24 });
  return {
    size,
    draw: (lines) => {
      // A slow line: the next picture will do.
      if (output.writableNeedDrain === true) return;
      const { columns, rows } = size();
      const isResized = drawnSize !== `${columns}x${rows}`;
      if (isResized) drawn = [];
      drawnSize = `${columns}x${rows}`;
      const rowCount = Math.max(lines.length, drawn.length);
      const changes = Array.from({ length: rowCount }, (_, row) => changeOf(row, lines[row], drawn[row]));
      drawn = lines;
      const text = (isResized ? clear : '') + changes.join('');
      if (text !== '') output.write(text);
    },
    close: () => {
      if (hasKeys) {
        input.off('data', onData).pause();
        input.setRawMode?.(false);
      }
      output.write(leave);
    },
  };
}

// Erased before it is written: a full line leaves the cursor on its last character.
function changeOf(row: number, line: string | undefined, before: string | undefined): string {
  return line === before ? '' : `\x1b[${row + 1};1H\x1b[2K${line ?? ''}`;
}
