import { eastAsianWidth } from 'get-east-asian-width';
import { steadyText } from './safe.ts';

/** How many columns of a terminal a text takes that was made steady: one a character, two of the wide ones. */
export function widthOf(steady: string): number {
  let width = 0;
  for (const character of steady) width += eastAsianWidth(character.codePointAt(0) ?? 0);
  return width;
}

/** A text of an attacker as at most `width` columns; with an ellipsis where it was cut. */
export function fitText(text: string, width: number): string {
  // No character takes less than a column: what is behind cannot be seen, and may be long.
  const head = text.slice(0, 4 * width);
  const steady = steadyText(head);
  if (head.length === text.length && widthOf(steady) <= width) return steady;
  if (width < 1) return '';
  let shown = '';
  let room = width - 1;
  for (const character of steady) {
    room -= widthOf(character);
    if (room < 0) break;
    shown += character;
  }
  return `${shown}…`;
}

/** The same, filled up with blanks to exactly `width` columns. */
export function padText(text: string, width: number): string {
  const fitted = fitText(text, width);
  return fitted + ' '.repeat(Math.max(0, width - widthOf(fitted)));
}
