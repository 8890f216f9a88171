/** Prints each row as one JSON object a line. */
export function printJsonLines(rows: readonly object[]): void {
  process.stdout.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
