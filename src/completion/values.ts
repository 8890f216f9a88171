import type { Candidate, Value } from './complete.ts';

/** What the values of arguments and options are taken from, by what these are called. */
export type ValueSources = Readonly<Record<string, (value: Value) => Promise<readonly string[]>>>;

/** Asks the shell for names of files. No word of ours begins with a colon. */
const askForFiles = ':files';

/** What a value is called in a usage when it is a path. */
const paths = new Set(['fleet', 'file', 'path', 'folder', 'plan', 'state', 'output', 'command']);

/**
 * The lines that a shell's script is answered with: a word and its description a line, or `:files`. Nothing where a
 * source fails: a shell in the middle of a line is no place for an error.
 */
export async function answerLines(value: Value, sources: ValueSources): Promise<readonly string[]> {
  const source = sources[value.of] ?? sources[value.placeholder];
  if (source === undefined) {
    return paths.has(value.placeholder) || paths.has(value.of) ? [askForFiles] : [];
  }
  const words = await source(value).catch(() => []);
  const fitting = words.filter((word) => word.startsWith(value.begun) && isPlain(word));
  return fitting.map((word) => candidateLine({ word: value.prefix + word, description: '' }));
}

/** A candidate as a line: no word has a tab in it. */
export function candidateLine({ word, description }: Candidate): string {
  return description === '' ? word : `${word}\t${description.replaceAll(/\s+/g, ' ')}`;
}

/** Whether no shell would see more in it than a word. An interface, say, may be called nearly anything. */
function isPlain(word: string): boolean {
  return /^[\w.@+-]+$/.test(word);
}
