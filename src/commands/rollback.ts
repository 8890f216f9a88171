import type { Command } from 'commander';

interface Flags {
  readonly state?: string;
  readonly json?: true;
}

/** `decnet rollback`: takes back what the recorded run made. */
export function registerRollback(program: Command): void {
  program
    .command('rollback')
    .summary('take the last run back: to the fleet before it, or to nothing')
    .description(
      'Takes the recorded run back. A deploy from nothing is undone, last first; it stops at the first undo that fails and goes on from there when called again. After a change of a deployment, the fleet that stood before is restored.',
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
