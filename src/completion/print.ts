import type { Command } from 'commander';
import { templatesFolder } from '../package-root.ts';
import { complete } from './complete.ts';
import { namesHere } from './names-here.ts';
import { answerLines, candidateLine } from './values.ts';

/** Prints what may come next on a command line, for the script of a shell. */
export async function printCandidates(program: Command, words: readonly string[]): Promise<void> {
  const completion = complete(program, words);
  const lines =
    completion.kind === 'words'
      ? completion.candidates.map(candidateLine)
      : await answerLines(completion, namesHere(templatesFolder()));
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}
