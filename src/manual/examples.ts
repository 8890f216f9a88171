import type { Command } from 'commander';

/** The examples that the help of a command ends with, a command line each. */
export function examplesOf(command: Command): readonly string[] {
  const [, examples = ''] = helpOf(command).split('\nExamples:\n');
  return examples
    .split('\n')
    .map((line) => line.trim().replace(/^\$ /, ''))
    .filter((line) => line !== '');
}

/** All that --help prints: what was added to it is in no other reach of commander. */
function helpOf(command: Command): string {
  const before = { ...command.configureOutput() };
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  command.configureOutput(before);
  return help;
}
