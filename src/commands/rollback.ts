import type { Command } from 'commander';

interface Flags {
  readonly state?: string;
  readonly json?: true;
}

/** `decnet rollback`: undoes what the recorded deploy made. */
export function registerRollback(program: Command): void {
  program
    .command('rollback')
    .summary('undo, last first, what the recorded deploy made')
    .description(
      'Undoes, last first, what the recorded deploy made. Stops at the first undo that fails and goes on from there when called again.',
    )
    .option('--state <path>', 'state file (default: ./decnet-state.json)')
    .option('--json', 'one JSON object a line on stdout')
    .addHelpText('after', '\nExamples:\n  decnet rollback\n  decnet rollback --json')
    .action(async (flags: Flags) => {
      const [{ rollback }, { operate }] = await Promise.all([
        import('../operations/rollback.ts'),
        import('./operate.ts'),
      ]);
      const found = await operate(flags, rollback);
      if (!found) process.stderr.write('Nothing to roll back\n');
    });
}
