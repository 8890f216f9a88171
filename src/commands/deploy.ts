import type { Command } from 'commander';
import { DecnetError, exitCodes } from '../errors.ts';

interface Flags {
  readonly dryRun?: true;
  readonly plan?: string;
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
    .argument('[fleet]', 'fleet file; with --plan, the one that the plan has to be of')
    .option('--dry-run', 'show what would be done and change nothing, like plan')
    .option('--plan <file>', 'apply exactly what `decnet plan --out` kept, or refuse')
    .option('--no-cache', 'build every image anew')
    .option('--parallel', 'build several images at a time')
    .option('--rollback-on-failure', 'undo at once what was made when a step fails')
    .option('--state <path>', 'state file (default: decnet-state.json beside the fleet file)')
    .option('--json', 'one JSON object a line on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet deploy fleet.yaml\n  decnet deploy fleet.yaml --parallel --rollback-on-failure\n  decnet deploy --plan plan.json',
    )
    .action(async (fleet: string | undefined, flags: Flags) => {
      if (flags.plan !== undefined) return applyPlanFile(flags.plan, fleet, flags);
      if (fleet === undefined) throw nothingToDeploy();
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

async function applyPlanFile(path: string, fleet: string | undefined, flags: Flags): Promise<void> {
  if (flags.dryRun || !flags.cache) throw planIsAll(flags.dryRun ? '--dry-run' : '--no-cache');
  const [{ applyPlan }, { operate }] = await Promise.all([
    import('../operations/apply-plan.ts'),
    import('./operate.ts'),
  ]);
  await operate(flags, (options) =>
    applyPlan(path, {
      ...options,
      ...(fleet === undefined ? {} : { fleet }),
      parallel: flags.parallel ?? false,
      rollbackOnFailure: flags.rollbackOnFailure ?? false,
    }),
  );
}

function nothingToDeploy(): DecnetError {
  return new DecnetError('No fleet file was given', {
    code: 'USAGE',
    hint: 'Name one: decnet deploy fleet.yaml. Or a plan: decnet deploy --plan plan.json',
    exitCode: exitCodes.usage,
  });
}

function planIsAll(flag: string): DecnetError {
  return new DecnetError(`--plan applies exactly what was planned, and does not go with ${flag}`, {
    code: 'USAGE',
    hint: `Leave out ${flag}, or --plan.`,
    exitCode: exitCodes.usage,
  });
}
