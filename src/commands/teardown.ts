import { type Command, Option } from 'commander';

interface Flags {
  readonly images?: true;
  readonly name?: string;
  readonly orphans?: true;
  readonly yes?: true;
  readonly state?: string;
  readonly json?: true;
}

/** `decnet teardown [DECKY…]`: takes a deployment, or named deckies of it, off the wire. */
export function registerTeardown(program: Command): void {
  program
    .command('teardown')
    .summary('take the fleet, or named deckies, off the wire')
    .description(
      'Takes the fleet off the wire and leaves nothing: containers, network, link, routes, files, state. With names, only those deckies.',
    )
    .argument('[deckies...]', 'only these deckies')
    .option('--images', 'also remove the images')
    .option('--name <deployment>', 'take down by marks, where the state file is lost or damaged')
    .addOption(
      new Option('--orphans', 'list what no state file accounts for, of every deployment').conflicts([
        'images',
        'name',
      ]),
    )
    .option('--yes', 'with --orphans: remove it')
    .option('--state <path>', 'state file (default: ./decnet-state.json)')
    .option('--json', 'one JSON object a line on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet teardown\n  decnet teardown files-01 web-02\n  decnet teardown --orphans',
    )
    .action(async (deckies: readonly string[], flags: Flags) => {
      if (flags.orphans || flags.yes) {
        const { tearDownOrphans } = await import('./orphans.ts');
        return tearDownOrphans(deckies, flags);
      }
      const [{ teardown }, { operate }] = await Promise.all([
        import('../operations/teardown.ts'),
        import('./operate.ts'),
      ]);
      const found = await operate(flags, (options) =>
        teardown(deckies, {
          ...options,
          images: flags.images ?? false,
          ...(flags.name === undefined ? {} : { name: flags.name }),
        }),
      );
      if (!found) process.stderr.write('Nothing to take down\n');
    });
}
