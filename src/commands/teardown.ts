import type { Command } from 'commander';

interface Flags {
  readonly images?: true;
  readonly name?: string;
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
    .option('--state <path>', 'state file (default: ./decnet-state.json)')
    .option('--json', 'one JSON object a line on stdout')
    .addHelpText('after', '\nExamples:\n  decnet teardown\n  decnet teardown files-01 web-02')
    .action(async (deckies: readonly string[], flags: Flags) => {
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
