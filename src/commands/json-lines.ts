import { jsonLine } from '../text/json-line.ts';

/** Prints each row as one JSON object a line. */
export function printJsonLines(rows: readonly object[]): void {
  process.stdout.write(rows.map((row) => `${jsonLine(row)}\n`).join(''));
}
