/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours, one each.
 */
export function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const costs = [
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (isSame ? 0 : 1),
      ];
      if (isSwap && row > 1) costs.push(at(beforePrevious, column - 2) + 1);
      current.push(Math.min(...costs));
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

/** The candidate that was probably meant: at most a third of the letters differ; null when none is that near. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  // Longer than any name of ours: not a typing error, and not worth a big table.
  if (word.length > 64) return null;
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    if (distance <= allowed && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `unknown service "sssh"; did you mean "ssh"?`, or with the known names when none is near. */
export function unknownName(kind: string, word: string, candidates: Iterable<string>): string {
  const known = [...candidates];
  const meant = nearest(word, known);
  const what = `unknown ${kind} ${quote(word)}`;
  if (meant !== null) return `${what}; did you mean ${quote(meant)}?`;
  return known.length === 0 ? `${what}; there are none` : `${what}; known: ${known.join(', ')}`;
}

/** A value as it may stand in a message: one line, control characters escaped, not longer than 60 characters. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
