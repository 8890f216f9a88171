import type { Command } from 'commander';

interface Flags {
  readonly json?: true;
}

/** `decnet archetypes`: what kinds of machine there are, and `show`: what one of them has. */
export function registerArchetypes(program: Command): void {
  const archetypes = program
    .command('archetypes')
    .description('list the kinds of machine that a decky can be')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet archetypes\n  decnet archetypes --json | jq .services\n  decnet archetypes show printer',
    )
    .action(listArchetypes);
  archetypes
    .command('show')
    .description('show services, distros, MAC vendors and host names of one, and an example to paste')
    .argument('<archetype>', 'its name')
    .option('--json', 'as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet archetypes show printer\n  decnet archetypes show domain-controller --json | jq .services',
    )
    .action(showArchetype);
}

async function listArchetypes(flags: Flags): Promise<void> {
  const { table } = await import('../text/table.ts');
  const { osFamiliesOf, servicesOfArchetype } = await import('../fleet/machine.ts');
  const catalogue = await readCatalogue();
  const rows = [...catalogue.archetypes].map(([name, archetype]) => ({
    name,
    title: archetype.title,
    services: servicesOfArchetype(archetype),
    os_families: osFamiliesOf(archetype, catalogue),
    distros: archetype.distros,
  }));
  if (flags.json) {
    const { printJsonLines } = await import('./json-lines.ts');
    printJsonLines(rows);
    return;
  }
  const cells = rows.map(({ name, services, os_families, distros, title }) => [
    name,
    services.join(' '),
    os_families.join(' '),
    distros.join(' '),
    title,
  ]);
  process.stdout.write(`${table(['ARCHETYPE', 'SERVICES', 'OS FAMILY', 'DISTROS', 'TITLE'], cells)}\n`);
}

async function showArchetype(name: string, flags: Flags): Promise<void> {
  const { describeArchetype } = await import('../fleet/describe.ts');
  const { archetypeText } = await import('../render/catalogue-text.ts');
  const { jsonLine } = await import('../text/json-line.ts');
  const archetype = describeArchetype(name, await readCatalogue());
  process.stdout.write(flags.json ? `${jsonLine(archetype)}\n` : archetypeText(archetype));
}

async function readCatalogue() {
  const { loadCatalogue } = await import('../fleet/catalogue.ts');
  const { templatesFolder } = await import('../package-root.ts');
  return loadCatalogue(templatesFolder());
}
