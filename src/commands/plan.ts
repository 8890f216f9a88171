import type { Command } from 'commander';
import { exitCodes } from '../errors.ts';

interface Flags {
  readonly state?: string;
  readonly json?: true;
  readonly detailedExitCode?: true;
  readonly out?: string;
}

/** `decnet plan FLEET`: the resolved fleet, and what each step of its deploy would do. */
export function registerPlan(program: Command): void {
  program
    .command('plan')
    .summary('show what deploy would do; change nothing')
    .description(
      'Shows the resolved fleet and what each step of its deploy would do. Changes nothing anywhere.',
    )
    .argument('<fleet>', 'fleet file')
    .option('--detailed-exit-code', 'exit with 7 when there is anything to do')
    .option('--out <file>', 'keep the plan, to be applied exactly by deploy --plan')
    .option('--state <path>', 'state file (default: decnet-state.json beside the fleet file)')
    .option('--json', 'the plan as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  decnet plan fleet.yaml --out plan.json\n  decnet plan fleet.yaml --json | jq .fleet.deckies',
    )
    .action(showPlan);
}

/** Prints the plan to stdout. */
export async function showPlan(fleet: string, flags: Flags): Promise<void> {
  const { plan } = await import('../operations/plan.ts');
  const { interruptible } = await import('./interruptible.ts');
  const found = await interruptible((signal) =>
    plan(fleet, {
      signal,
      ...(flags.state === undefined ? {} : { statePath: flags.state }),
      ...(flags.out === undefined ? {} : { planFile: flags.out }),
    }),
  );
  if (flags.json) {
    const { printable } = await import('./printable.ts');
    process.stdout.write(`${await printable(found)}\n`);
  } else {
    const { planText } = await import('../render/plan-text.ts');
    process.stdout.write(planText(found));
  }
  const hasChanges = found.steps.some((step) => step.action !== 'keep');
  if (flags.detailedExitCode && hasChanges) process.exitCode = exitCodes.changes;
}
