import type { Command } from 'commander';

/** `decnet man`: the manual page, of the commands that there are. */
export function registerMan(program: Command): void {
  program
    .command('man')
    .summary('print the manual page')
    .description('Prints the manual page, for man to show or to install.')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet man | man -l -\n  decnet man > /usr/local/share/man/man1/decnet.1',
    )
    .action(async () => {
      const { manualPage } = await import('../manual/manual.ts');
      process.stdout.write(manualPage(program));
    });
}
