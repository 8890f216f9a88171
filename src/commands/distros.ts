import type { Command } from 'commander';

/** `decnet distros`: what a decky can claim to run. */
export function registerDistros(program: Command): void {
  program
    .command('distros')
    .description('list what a decky can claim to run, with its OS family')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExamples:\n  decnet distros\n  decnet distros --json | jq -r .name')
    .action(async (options: { readonly json?: true }) => {
      const { loadCatalogue } = await import('../fleet/catalogue.ts');
      const { templatesFolder } = await import('../package-root.ts');
      const { table } = await import('../text/table.ts');
      const { printJsonLines } = await import('./json-lines.ts');
      const { archetypes, distros } = await loadCatalogue(templatesFolder());
      const rows = [...distros].map(([name, { title, os_family }]) => ({
        name,
        title,
        os_family,
        archetypes: [...archetypes].flatMap(([archetype, { distros: runs }]) =>
          runs.includes(name) ? [archetype] : [],
        ),
      }));
      if (options.json) {
        printJsonLines(rows);
        return;
      }
      const cells = rows.map((row) => [row.name, row.os_family, row.title, row.archetypes.join(' ')]);
      process.stdout.write(`${table(['DISTRO', 'OS FAMILY', 'TITLE', 'DRAWN FOR'], cells)}\n`);
    });
}
