/** How a text is coloured: identity where colours are not wanted. */
export interface Paint {
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const plain = (text: string): string => text;
const sgr = (code: number, end: number) => (text: string) => `\x1b[${code}m${text}\x1b[${end}m`;

/** Colours (ECMA-48 SGR) for a terminal. `NO_COLOR`, when it is not empty, takes them away (no-color.org). */
export function createPaint(isTerminal: boolean, env: Environment): Paint {
  const isPlain = !isTerminal || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  if (isPlain) return { dim: plain, red: plain, green: plain, yellow: plain };
  return { dim: sgr(2, 22), red: sgr(31, 39), green: sgr(32, 39), yellow: sgr(33, 39) };
}
