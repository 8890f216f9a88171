import type { Command } from 'commander';
import type { HostFacts } from '../fleet/host-facts.ts';
import { jsonLine } from '../text/json-line.ts';
import { safeText } from '../text/safe.ts';

/** Null where the host cannot be asked. */
export type ReadFacts = () => Promise<HostFacts | null>;

/** `decnet validate FILE`: says what is wrong with a fleet file, and starts nothing. */
export function registerValidate(program: Command, readFacts: ReadFacts = async () => null): void {
  program
    .command('validate')
    .description('check a fleet file: all its errors with line and column; starts nothing')
    .argument('<file>', 'fleet file')
    .option('--json', 'the result as one JSON object')
    .addHelpText('after', '\nExamples:\n  decnet validate fleet.yaml\n  decnet validate fleet.yaml --json')
    .action(async (file: string, options: { readonly json?: true }) => {
      const { loadCatalogue } = await import('../fleet/catalogue.ts');
      const { readFleetFile } = await import('../fleet/parse.ts');
      const { validateFleet } = await import('../fleet/validate.ts');
      const { templatesFolder } = await import('../package-root.ts');
      const catalogue = await loadCatalogue(templatesFolder());
      const source = await readFleetFile(file, catalogue);
      const valid = validateFleet(source, catalogue, await readFacts());
      const where = valid.checkedAgainst === null ? 'the file alone' : `interface ${valid.checkedAgainst}`;
      process.stdout.write(
        options.json
          ? `${jsonLine({ file, ...valid })}\n`
          : `${safeText(file)} is valid: fleet ${valid.name}, ${valid.deckies} deckies, ${valid.services} services (checked against ${where})\n`,
      );
    });
}
