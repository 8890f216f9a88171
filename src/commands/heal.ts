import type { Command } from 'commander';

interface Flags {
  readonly state?: string;
  readonly json?: true;
}

/** `decnet heal`: repairs what drifted from a finished deployment. */
export function registerHeal(program: Command): void {
  program
    .command('heal')
    .summary('repair what drifted from a finished deployment')
    .description(
      'Brings back what a finished deployment has lost: services, networks, the host link and its routes. Touches nothing that is well, and goes by what is on record: an edit of the fleet file since changes nothing.',
    )
    .option('--state <path>', 'state file (default: ./decnet-state.json)')
    .option('--json', 'one JSON object a line on stdout')
    .addHelpText('after', '\nExamples:\n  decnet heal\n  decnet heal --state /etc/decnet/decnet-state.json')
    .action(async (flags: Flags) => {
      const [{ heal }, { operate }, { healedText }] = await Promise.all([
        import('../operations/heal.ts'),
        import('./operate.ts'),
        import('../render/healed-text.ts'),
      ]);
      const healed = await operate(flags, heal);
      if (!flags.json) process.stdout.write(healedText(healed));
    });
}
