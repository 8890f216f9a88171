/** An SD-ELEMENT of RFC 5424, section 6.3. */
export interface Element {
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
  /** Where it ends in the line: the index after its `]`. */
  readonly end: number;
}

// SD-NAME: printable ASCII without `=`, space, `]` and `"`.
const opening = /\[([!#-<>-\\^-~]{1,32})/y;
// The value: anything but `"`, `\` and `]`, or one of these three after a backslash (section 6.3.3).
const parameter = / ([!#-<>-\\^-~]{1,32})="([^"\\\]]*(?:\\["\\\]][^"\\\]]*)*)"/y;

/** The element that begins at `start`; null when there is none, when a name comes twice, or when an escape is wrong. */
export function scanElement(line: string, start: number): Element | null {
  const id = matchAt(opening, line, start);
  if (id === null) return null;
  const params = new Map<string, string>();
  let position = start + id[0].length;
  while (line[position] === ' ') {
    const match = matchAt(parameter, line, position);
    if (match === null) return null;
    const [whole, name = '', value = ''] = match;
    if (params.has(name)) return null;
    params.set(name, value.replace(/\\(["\\\]])/g, '$1'));
    position += whole.length;
  }
  if (line[position] !== ']') return null;
  return { id: id[1] ?? '', params: Object.fromEntries(params), end: position + 1 };
}

function matchAt(pattern: RegExp, line: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(line);
}
