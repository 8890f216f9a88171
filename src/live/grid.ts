import { fitText, padText, widthOf } from '../text/columns.ts';

const gap = '  ';

/** A longer cell is cut, so that no visitor pushes the other columns out of the window; the last has what is left. */
const widest = 24;

/** Columns under their headers, each line at most `width` columns wide. Cells may be anything. */
export function grid(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const lines = [headers, ...rows].map((row) =>
    row.map((cell, column) => (column < headers.length - 1 ? fitText(cell, widest) : fitText(cell, width))),
  );
  const widths = headers.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column] ?? ''))));
  return lines.map((line) =>
    fitText(
      line
        .map((cell, column) => padText(cell, widths[column] ?? 0))
        .join(gap)
        .trimEnd(),
      width,
    ),
  );
}
