import type { Command } from 'commander';

interface Flags {
  readonly json?: true;
  readonly state?: string;
}

/** `decnet alerts test`: whether the webhooks of the deployment take alerts. */
export function registerAlerts(program: Command): void {
  const alerts = program
    .command('alerts')
    .description('try the webhooks that alerts are sent to; `decnet collect` sends them')
    .addHelpText('after', examples);
  alerts
    .command('test')
    .description('send a test alert to each webhook of the deployment, and say what it answers')
    .option('--state <path>', 'state file of the deployment')
    .option('--json', 'one JSON object a webhook')
    .addHelpText('after', examples)
    .action(testAlerts);
}

const examples = `
Examples:
  decnet alerts test
  decnet alerts test --state /etc/decnet/decnet-state.json --json`;

async function testAlerts(flags: Flags): Promise<void> {
  const { realClock } = await import('../alerts/clock.ts');
  const { tryWebhooks } = await import('../alerts/try-webhooks.ts');
  const { DecnetError, exitCodes } = await import('../errors.ts');
  const { recordedFleet } = await import('../known-here.ts');
  const { interruptible } = await import('./interruptible.ts');
  const fleet = await recordedFleet(flags.state);
  if (fleet.alerts.length === 0)
    throw new DecnetError(`Deployment ${fleet.name} has no alerts`, {
      code: 'NO_ALERTS',
      hint: 'Add alerts to the fleet file, then: decnet deploy fleet.yaml',
      exitCode: exitCodes.usage,
    });
  const trials = await interruptible((signal) => tryWebhooks(fleet, { clock: realClock, signal }));
  if (flags.json) {
    const { printJsonLines } = await import('./json-lines.ts');
    printJsonLines(trials);
  } else {
    const { table } = await import('../text/table.ts');
    const rows = trials.map(({ webhook, ok, result }) => [webhook, ok ? 'arrived' : 'failed', result]);
    process.stdout.write(`${table(['WEBHOOK', 'ALERT', 'ANSWER'], rows)}\n`);
  }
  if (trials.some(({ ok }) => !ok)) process.exitCode = exitCodes.stepFailed;
}
