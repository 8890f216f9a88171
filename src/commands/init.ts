import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Given } from '../init/choose.ts';

interface Flags extends Given {
  readonly yes?: true;
  readonly force?: true;
}

/** `decnet init [FLEET]`: a commented fleet file for the LAN that this host is on. */
export function registerInit(program: Command): void {
  program
    .command('init')
    .summary('write a fleet file for the LAN that this host is on')
    .description(
      'Writes a commented fleet file for the LAN that this host is on. On a terminal it asks for what was not given; elsewhere it takes what it finds. It sends nothing: who is on the LAN is read from the neighbour table.',
    )
    .argument('[fleet]', 'fleet file to write; - prints it', 'fleet.yaml')
    .option('--interface <name>', 'interface of the LAN (default: that of the default route)')
    .addOption(
      new Option(
        '--driver <driver>',
        'how deckies are on the LAN (default: macvlan, on Wi-Fi ipvlan)',
      ).choices(['macvlan', 'ipvlan']),
    )
    .option('--range <cidr>', 'addresses for deckies (default: a block in which nobody was seen)')
    .option('--deckies <count>', 'how many (default: 5, or one of each archetype)', toNumber)
    .option('--archetype <name>', 'what they are; may be given several times', collect)
    .option('--name <deployment>', 'name of the deployment (default: decnet)')
    .option('--yes', 'ask nothing')
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet init\n  decnet init --deckies 5 --archetype linux-server --archetype printer --yes',
    )
    .action(async (fleet: string, flags: Flags) => (await import('./init-action.ts')).init(fleet, flags));
}

function toNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('Give a number of deckies, e.g. 5.');
  return Number(text);
}

function collect(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name];
}
