// What JSON.stringify leaves as it is, though a terminal does not: DEL, C1, bidi controls, line separators.
const unsafeInJson = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One JSON object as one line, without the line break. Also safe for a terminal, and still the same value. */
export function jsonLine(value: object): string {
  return jsonText(value, 0);
}

/** The same over several lines, each level so many blanks further in. */
export function jsonText(value: object, indent: number): string {
  return JSON.stringify(value, null, indent).replace(unsafeInJson, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
