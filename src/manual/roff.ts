/** Text as roff shows it by the letter (groff_char(7)): no request, no escape, and dashes that can be copied. */
export function roffText(text: string): string {
  return text
    .replaceAll('\\', '\\(rs')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll(/^\./gm, '\\&.');
}

/** A macro of man(7) with arguments, each quoted. */
export function macro(name: string, ...args: readonly string[]): string {
  const quoted = args.map((arg) => ` "${roffText(arg).replaceAll('"', '\\(dq')}"`);
  return `.${name}${quoted.join('')}`;
}

/** A term in bold with what it means below it. */
export function tagged(term: string, meaning: string): readonly string[] {
  return ['.TP', macro('B', term), roffText(meaning)];
}

/** Lines that are shown as they are, indented. */
export function verbatim(lines: readonly string[]): readonly string[] {
  return ['.PP', '.RS 4', '.nf', ...lines.map(roffText), '.fi', '.RE'];
}
