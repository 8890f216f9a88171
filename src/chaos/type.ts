import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../package-root.ts';
import { readProcessStat } from '../process/process-stat.ts';
import { type Ended, type Running, startOnLab } from './on-lab.ts';
import type { Order } from './order.ts';
import type { Typed } from './round.ts';
import { type Site, writeFleet } from './site.ts';

/** One command as it was given and as it ended, for the story of a failure. */
export interface Told {
  readonly what: string;
  readonly ended: Ended;
}

/** Starts `decnet` itself, as a user does: this one, whichever the lab's host has on its PATH. */
export async function startCommand(
  site: Site,
  command: string,
  ...args: readonly string[]
): Promise<Running> {
  const where = command === 'deploy' ? [site.fleetFile] : ['--state', site.stateFile];
  return startOnLab('host', [process.execPath, program('cli.js'), command, ...args, ...where]);
}

export async function typeCommand(site: Site, command: string, ...args: readonly string[]): Promise<Told> {
  const { ended } = await startCommand(site, command, ...args);
  return { what: `decnet ${[command, ...args].join(' ')}`, ended: await ended };
}

/** Edits the fleet file, where the command comes after an edit. */
export async function edit(site: Site, { fleet }: Typed): Promise<void> {
  if (fleet !== null) await writeFleet(site, fleet);
}

/** Starts the worker with a command, see `worker.ts`, and with more environment where it is given. */
export async function startWorker(
  site: Site,
  { command, deckies }: Pick<Typed, 'command' | 'deckies'>,
  at: Order['at'],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const { fleetFile, stateFile } = site;
  const order: Order = { command, deckies: [...deckies], fleetFile, stateFile, at };
  return startOnLab('host', [process.execPath, program('chaos/worker.js'), JSON.stringify(order)], env);
}

function program(name: string): string {
  return join(packageRoot(), 'dist/src', name);
}

/** Waits until a process has stopped itself, or has ended. */
export async function stoppedOrEnded(running: Running): Promise<void> {
  while (!running.hasEnded()) {
    if ((await readProcessStat(running.pid))?.state === 'T') return;
    await sleep(5);
  }
}

/** Whether what a command printed is what a user may see: no trace, and nothing that calls itself a defect. */
export function isPresentable({ exitCode, printed }: Ended): boolean {
  return exitCode !== 70 && !/^\s+at .+:\d+:\d+|defect in decnet|node:internal|Unhandled/m.test(printed);
}
