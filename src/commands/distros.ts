import type { Command } from 'commander';

/** `decnet distros`: what a decky can claim to run. */
export function registerDistros(program: Command): void {
  program
    .command('distros')
    .description('list what a decky can claim to run')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExamples:\n  $ decnet distros\n  $ decnet distros --json | jq -r .name')
    .action(async (options: { readonly json?: true }) => {
      const { loadCatalogue } = await import('../fleet/catalogue.ts');
      const { templatesFolder } = await import('../package-root.ts');
      const { table } = await import('../text/table.ts');
      const { printJsonLines } = await import('./json-lines.ts');
      const { distros } = await loadCatalogue(templatesFolder());
      if (options.json) {
        printJsonLines([...distros].map(([name, distro]) => ({ name, ...distro })));
        return;
      }
      const rows = [...distros].map(([name, { os_family, title }]) => [name, os_family, title]);
      process.stdout.write(`${table(['DISTRO', 'OS FAMILY', 'TITLE'], rows)}\n`);
    });
}
