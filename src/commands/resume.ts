import type { Command } from 'commander';

interface Flags {
  readonly acceptChanges?: true;
  readonly state?: string;
  readonly json?: true;
}

/** `decnet resume`: finishes what the recorded run began. */
export function registerResume(program: Command): void {
  program
    .command('resume')
    .summary('finish an unfinished run, or heal a finished one')
    .description(
      'Finishes what the recorded run began: what still holds is kept, what does not is applied again. A finished deployment is healed.',
    )
    .option('--accept-changes', 'go on with the fleet file as it reads now, though it changed since')
    .option('--state <path>', 'state file (default: ./decnet-state.json)')
    .option('--json', 'one JSON object a line on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet resume\n  decnet resume --state /etc/decnet/decnet-state.json',
    )
    .action(async (flags: Flags) => {
      const [{ resume }, { operate }] = await Promise.all([
        import('../operations/resume.ts'),
        import('./operate.ts'),
      ]);
      const found = await operate(flags, (options) =>
        resume({ ...options, acceptChanges: flags.acceptChanges ?? false }),
      );
      if (!found) process.stderr.write('Nothing to resume\n');
    });
}
