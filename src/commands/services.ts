import type { Command } from 'commander';

/** `decnet services`: what a decky can offer. */
export function registerServices(program: Command): void {
  program
    .command('services')
    .description('list the services that a decky can offer, with ports and options')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExamples:\n  $ decnet services\n  $ decnet services --json | jq .config')
    .action(async (options: { readonly json?: true }) => {
      const { loadServices } = await import('../services/load-services.ts');
      const { templatesFolder } = await import('../package-root.ts');
      const { table } = await import('../text/table.ts');
      const { printJsonLines } = await import('./json-lines.ts');
      const services = [...(await loadServices(templatesFolder())).values()];
      if (options.json) {
        const rows = services.map(({ name, title, ports, nmap, config }) => ({
          name,
          title,
          ports,
          nmap,
          config,
        }));
        printJsonLines(rows);
        return;
      }
      const rows = services.map(({ name, title, ports, config }) => [
        name,
        ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' '),
        title,
        Object.keys(config).join(', '),
      ]);
      process.stdout.write(`${table(['SERVICE', 'PORTS', 'TITLE', 'OPTIONS'], rows)}\n`);
    });
}
