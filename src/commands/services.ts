import type { Command } from 'commander';

interface Flags {
  readonly json?: true;
}

/** `decnet services`: what a decky can offer, and `show`: what can be said of one of them. */
export function registerServices(program: Command): void {
  const services = program
    .command('services')
    .description('list the services that a decky can offer, with ports and options')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet services\n  decnet services --json | jq .config\n  decnet services show ssh',
    )
    .action(listServices);
  services
    .command('show')
    .description('show ports and every option of one, and an example to paste')
    .argument('<service>', 'its name')
    .option('--json', 'as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet services show ssh\n  decnet services show ssh --json | jq .config.accept',
    )
    .action(showService);
}

async function listServices(flags: Flags): Promise<void> {
  const { loadServices } = await import('../services/load-services.ts');
  const { templatesFolder } = await import('../package-root.ts');
  const services = [...(await loadServices(templatesFolder())).values()];
  if (flags.json) {
    const { printJsonLines } = await import('./json-lines.ts');
    printJsonLines(
      services.map(({ name, title, ports, nmap, config }) => ({ name, title, ports, nmap, config })),
    );
    return;
  }
  const { portsText } = await import('../render/catalogue-text.ts');
  const { table } = await import('../text/table.ts');
  const rows = services.map(({ name, title, ports, config }) => [
    name,
    portsText(ports),
    title,
    Object.keys(config).join(', '),
  ]);
  process.stdout.write(`${table(['SERVICE', 'PORTS', 'TITLE', 'OPTIONS'], rows)}\n`);
}

async function showService(name: string, flags: Flags): Promise<void> {
  const { loadCatalogue } = await import('../fleet/catalogue.ts');
  const { describeService } = await import('../fleet/describe.ts');
  const { templatesFolder } = await import('../package-root.ts');
  const { serviceText } = await import('../render/catalogue-text.ts');
  const { jsonLine } = await import('../text/json-line.ts');
  const service = describeService(name, await loadCatalogue(templatesFolder()));
  process.stdout.write(flags.json ? `${jsonLine(service)}\n` : serviceText(service));
}
