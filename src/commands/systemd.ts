import { type Command, Option } from 'commander';
import type { UnitName } from './systemd-unit.ts';

const unitNames: readonly UnitName[] = ['heal', 'collect'];

interface Flags {
  readonly unit: UnitName;
  readonly state?: string;
}

/** `decnet systemd`: units that bring the fleet back at boot, and that collect its events. */
export function registerSystemd(program: Command): void {
  program
    .command('systemd')
    .summary('print a systemd unit that heals the fleet at boot, or collects its events')
    .description(
      'Prints a systemd unit that runs `decnet heal` at boot: the host link is gone then, and services may have lost the network of their decky. With --unit collect, one that keeps `decnet collect` running.',
    )
    .addOption(new Option('--unit <name>', 'which unit').choices(unitNames).default('heal'))
    .option('--state <path>', 'state file (default: ./decnet-state.json)')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet systemd > /etc/systemd/system/decnet.service\n  decnet systemd --unit collect --state /etc/decnet/decnet-state.json > /etc/systemd/system/decnet-collect.service',
    )
    .action(async (flags: Flags) => {
      const { join } = await import('node:path');
      const { packageRoot } = await import('../package-root.ts');
      const { pathsOf, stateFileName } = await import('../state/paths.ts');
      const { systemdUnits } = await import('./systemd-unit.ts');
      const cli = join(packageRoot(), 'dist/src/cli.js');
      const { state } = pathsOf(flags.state ?? stateFileName);
      process.stdout.write(systemdUnits[flags.unit]({ node: process.execPath, cli, state }));
    });
}
