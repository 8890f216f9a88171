// Cc: C0, DEL, C1. Cf: bidi controls, zero-width characters, tags. Cs: half a surrogate pair. Zl, Zp: line breaks.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** What most text is: far quicker to tell than by properties of Unicode. */
const plain = /^[ -~]*$/;

const shortForms: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text of an attacker or of a child, made safe for a terminal: one line, and whatever would move the cursor,
 * change colours, reorder or hide text is shown as an escape (`\x1b`, `\u202e`). Other text stays as it is.
 */
export function safeText(text: string): string {
  return plain.test(text) ? text : text.replace(unsafe, visible);
}

// M: accents and signs that join the character before. Modifiers and regional indicators of emoji join too.
const joining = /[\p{M}\p{Emoji_Modifier}\p{Regional_Indicator}]/gu;

/**
 * The same for a text that stands in a column: what would join the character before it is shown as an escape too,
 * since no two terminals agree on how wide that is. Accents that have a character of their own become it.
 */
export function steadyText(text: string): string {
  return safeText(text.normalize('NFC')).replace(joining, visible);
}

/** The lines of a text, each made safe: for messages that may be longer than one line. */
export function safeLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => safeText(line).trimEnd())
    .filter((line) => line !== '');
}

function visible(character: string): string {
  const short = shortForms[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\u{${code.toString(16)}}`;
}

/** The first line, with a mark when there are more: the whole message is told at the end of the run. */
export function firstLine(text: string): string {
  const [first = '', ...rest] = text.split('\n');
  return rest.length === 0 ? first : `${first} …`;
}
