import type { Command } from 'commander';

/** `decnet archetypes`: what kinds of machine there are. */
export function registerArchetypes(program: Command): void {
  program
    .command('archetypes')
    .description('list the kinds of machine that a decky can be')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExamples:\n  $ decnet archetypes\n  $ decnet archetypes --json | jq .services')
    .action(async (options: { readonly json?: true }) => {
      const { loadCatalogue } = await import('../fleet/catalogue.ts');
      const { templatesFolder } = await import('../package-root.ts');
      const { table } = await import('../text/table.ts');
      const { printJsonLines } = await import('./json-lines.ts');
      const { archetypes } = await loadCatalogue(templatesFolder());
      if (options.json) {
        printJsonLines([...archetypes].map(([name, archetype]) => ({ name, ...archetype })));
        return;
      }
      const rows = [...archetypes].map(([name, { services, os_family, distros, title }]) => [
        name,
        services.join(' '),
        os_family,
        distros.join(' '),
        title,
      ]);
      process.stdout.write(`${table(['ARCHETYPE', 'SERVICES', 'OS FAMILY', 'DISTROS', 'TITLE'], rows)}\n`);
    });
}
