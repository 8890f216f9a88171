import type { Command } from 'commander';
import { exitCodes } from '../errors.ts';
import { interruptionOf } from '../runner/interruption.ts';
import { jsonLine } from '../text/json-line.ts';

interface Flags {
  readonly json?: true;
  readonly watch?: true;
  readonly state?: string;
}

/** Between two looks with --watch, milliseconds. */
const watchPause = 2_000;

/** `decnet status`: what should be on the wire, and what is. */
export function registerStatus(program: Command): void {
  program
    .command('status')
    .summary('show what is on the wire')
    .description('Joins what should be on the wire with what is. Exits with 7 when the fleet is degraded.')
    .option('--watch', 'look again every two seconds')
    .option('--state <path>', 'state file (default: ./decnet-state.json)')
    .option('--json', 'one JSON object, with --watch one a line')
    .addHelpText('after', '\nExamples:\n  decnet status\n  decnet status --json | jq .deckies')
    .action(async (flags: Flags) => {
      const { interruptible } = await import('./interruptible.ts');
      await (flags.watch ? interruptible((signal) => watch(flags, signal)) : show(flags));
    });
}

async function watch(flags: Flags, signal: AbortSignal): Promise<void> {
  const { setTimeout: sleep } = await import('node:timers/promises');
  const clear = process.stdout.isTTY && !flags.json ? '\u001b[2J\u001b[H' : '';
  while (!signal.aborted) {
    await show(flags, clear);
    await sleep(watchPause, undefined, { signal }).catch(() => {});
  }
  // Nothing was under way: the signal only ends the watching.
  process.exitCode = interruptionOf(signal).exitCode;
}

async function show(flags: Flags, before = ''): Promise<void> {
  const { status } = await import('../operations/status.ts');
  const report = await status(flags.state === undefined ? {} : { statePath: flags.state });
  const { statusText } = await import('../render/status-text.ts');
  process.stdout.write(before + (flags.json ? `${jsonLine(report)}\n` : statusText(report)));
  process.exitCode = report.healthy ? exitCodes.done : exitCodes.changes;
}
