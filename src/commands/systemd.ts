import type { Command } from 'commander';

interface Flags {
  readonly state?: string;
}

/** `decnet systemd`: a unit that brings the fleet back at boot. */
export function registerSystemd(program: Command): void {
  program
    .command('systemd')
    .summary('print a systemd unit that heals the fleet at boot')
    .description(
      'Prints a systemd unit that runs `decnet resume` at boot: the host link is gone then, and services may have lost the network of their decky.',
    )
    .option('--state <path>', 'state file (default: ./decnet-state.json)')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet systemd > /etc/systemd/system/decnet.service\n  decnet systemd --state /etc/decnet/decnet-state.json',
    )
    .action(async (flags: Flags) => {
      const { join } = await import('node:path');
      const { packageRoot } = await import('../package-root.ts');
      const { pathsOf, stateFileName } = await import('../state/paths.ts');
      const { systemdUnit } = await import('./systemd-unit.ts');
      const cli = join(packageRoot(), 'dist/src/cli.js');
      const { state } = pathsOf(flags.state ?? stateFileName);
      process.stdout.write(systemdUnit({ node: process.execPath, cli, state }));
    });
}
