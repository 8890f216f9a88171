import { safeText } from './safe.ts';

const gap = '  ';

/**
 * Plain aligned columns under their headers, no box drawing, no line break at the end. Cells are made safe for
 * a terminal; a width is a number of code points. A row that is shorter than the headers is filled up.
 */
export function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headers, ...rows].map((row) => headers.map((_, column) => safeText(row[column] ?? '')));
  const widths = headers.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join(gap)
        .trimEnd(),
    )
    .join('\n');
}

function width(cell: string): number {
  return [...cell].length;
}

function pad(cell: string, to: number): string {
  return cell + ' '.repeat(to - width(cell));
}
