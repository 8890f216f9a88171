import type { Command } from 'commander';
import { type Shell, shells } from '../completion/shells.ts';

/** Where each shell looks for a script by itself. */
const homes: Readonly<Record<Shell, string>> = {
  bash: 'decnet completion bash > /etc/bash_completion.d/decnet',
  zsh: 'decnet completion zsh > /usr/local/share/zsh/site-functions/_decnet',
  fish: 'decnet completion fish > ~/.config/fish/completions/decnet.fish',
};

const now: Readonly<Record<Shell, string>> = {
  bash: 'source <(decnet completion bash)',
  zsh: 'source <(decnet completion zsh)',
  fish: 'decnet completion fish | source',
};

/** `decnet completion SHELL`: a script that completes commands, options and names at a press of Tab. */
export function registerCompletion(program: Command): void {
  const completion = program
    .command('completion')
    .description('print a script that completes command lines: of bash, zsh or fish')
    .addHelpText('after', `\nExamples:\n  ${now.bash}\n  ${homes.fish}`);
  for (const shell of shells) {
    completion
      .command(shell)
      .description(`print the script for ${shell}`)
      .addHelpText('after', `\nExamples:\n  ${now[shell]}\n  ${homes[shell]}`)
      .action(async () => {
        const { completionScript } = await import('../completion/scripts.ts');
        process.stdout.write(completionScript(shell));
      });
  }
  completion
    .command('complete', { hidden: true })
    .description('what may come next on a command line: for the scripts')
    .argument('[words...]', 'what was typed after the name of the program, after --')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet completion complete -- st\n  decnet completion complete -- step show ""',
    )
    .action(async (words: readonly string[]) => {
      const { printCandidates } = await import('../completion/print.ts');
      await printCandidates(program, words);
    });
}
