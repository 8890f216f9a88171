import type { Command } from 'commander';

interface Flags {
  readonly dryRun?: true;
  readonly cache: boolean;
  readonly parallel?: true;
  readonly rollbackOnFailure?: true;
  readonly state?: string;
  readonly json?: true;
}

/** `decnet deploy FLEET`: brings a fleet up, step by step. */
export function registerDeploy(program: Command): void {
  program
    .command('deploy')
    .summary('bring a fleet up, step by step')
    .description(
      'Brings a fleet up, step by step. A failure keeps what was reached; resume goes on from there.',
    )
    .argument('<fleet>', 'fleet file')
    .option('--dry-run', 'show what would be done and change nothing, like plan')
    .option('--no-cache', 'build every image anew')
    .option('--parallel', 'build several images at a time')
    .option('--rollback-on-failure', 'undo at once what was made when a step fails')
    .option('--state <path>', 'state file (default: decnet-state.json beside the fleet file)')
    .option('--json', 'one JSON object a line on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet deploy fleet.yaml\n  decnet deploy fleet.yaml --parallel --rollback-on-failure',
    )
    .action(async (fleet: string, flags: Flags) => {
      if (flags.dryRun) {
        const { showPlan } = await import('./plan.ts');
        return showPlan(fleet, flags);
      }
      const [{ deploy }, { operate }] = await Promise.all([
        import('../operations/deploy.ts'),
        import('./operate.ts'),
      ]);
      await operate(flags, (options) =>
        deploy(fleet, {
          ...options,
          noCache: !flags.cache,
          parallel: flags.parallel ?? false,
          rollbackOnFailure: flags.rollbackOnFailure ?? false,
        }),
      );
    });
}
