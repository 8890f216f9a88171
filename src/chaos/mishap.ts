import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended } from './on-lab.ts';
import { befall } from './outside.ts';
import type { Mishap, Move } from './round.ts';
import { type Measured, type Stage, Trouble } from './stage.ts';
import { edit, isPresentable, startCommand, startWorker, type Told } from './type.ts';

/**
 * Runs a command that something befalls. Answers what and where, or null when the command ended before that.
 * Throws `Trouble` when it ends otherwise than documented.
 */
export async function playMove(stage: Stage, move: Move, tell: (told: Told) => void): Promise<string | null> {
  const measured = stage.measured.get(move.scene);
  if (measured === undefined) throw new Error(`${move.scene} was not measured`);
  await edit(stage.site, move.typed);
  const { mishap, typed } = move;
  const { happened, pid, ended } = await disturbed(stage, move, measured, tell);
  const what = [typed.command, ...typed.deckies].join(' ');
  tell({ what: `decnet ${what}, ${happened ?? 'undisturbed'}`, ended });
  requireDocumentedEnd(what, ended);
  if (isOrderly(mishap) && ended.signal === null) await requireNoLock(stage, pid);
  return happened;
}

interface Disturbed {
  readonly happened: string | null;
  readonly pid: number;
  readonly ended: Ended;
}

async function disturbed(
  stage: Stage,
  { mishap, typed }: Move,
  measured: Measured,
  tell: (told: Told) => void,
): Promise<Disturbed> {
  if (mishap.kind === 'instant') return signalled(stage, mishap, typed, measured);
  const boundary = Math.floor(mishap.where * measured.boundaries.length);
  if (mishap.kind === 'outside') return befall(stage, mishap, typed, boundary, tell);
  const worker = await startWorker(stage.site, typed, { boundary, event: mishap.signal });
  const ended = await worker.ended;
  return { happened: eventIn(ended.printed), pid: worker.pid, ended };
}

/** The worker tells before it meets its event; one that had ended before tells nothing. */
function eventIn(printed: string): string | null {
  return /^chaos: (.+)$/m.exec(printed)?.[1] ?? null;
}

/** A signal to `decnet` itself at some moment of the time that it takes, from its start to its end. */
async function signalled(
  { site }: Stage,
  { signal, when, twice }: Extract<Mishap, { kind: 'instant' }>,
  typed: Move['typed'],
  { milliseconds }: Measured,
): Promise<Disturbed> {
  const running = await startCommand(site, typed.command, ...typed.deckies);
  const moment = Math.round(when * milliseconds);
  await Promise.race([sleep(moment), running.ended]);
  const { pid } = running;
  if (running.hasEnded()) return { happened: null, pid, ended: await running.ended };
  process.kill(pid, signal);
  if (twice) {
    await Promise.race([sleep(30), running.ended]);
    if (!running.hasEnded()) process.kill(pid, signal);
  }
  return {
    happened: `${twice ? 'twice ' : ''}${signal} after ${moment} ms`,
    pid,
    ended: await running.ended,
  };
}

/** 0, what the README lists for a run that failed, was refused or interrupted, or the signal itself. */
const documented: readonly (number | null)[] = [0, 1, 3, 4, 5, 6, 129, 130, 143];

function requireDocumentedEnd(what: string, ended: Ended): void {
  const isKilled = ended.signal !== null;
  if ((isKilled || documented.includes(ended.exitCode)) && isPresentable(ended)) return;
  throw new Trouble(`decnet ${what} ended with ${ended.exitCode}, or said what no user should see`);
}

/** Whether whoever it befalls has the time to put things in order. */
function isOrderly(mishap: Mishap): boolean {
  return mishap.kind === 'boundary' || (mishap.kind === 'instant' && !mishap.twice);
}

/** Whoever could handle the signal has given back the locks that were its own. */
async function requireNoLock({ site }: Stage, pid: number): Promise<void> {
  for (const folder of [site.folder, '/run']) {
    for (const name of (await readdir(folder)).filter((one) => one.startsWith('decnet'))) {
      const text = name.endsWith('.lock') ? await readFile(join(folder, name), 'utf8') : '';
      if (text.includes(`"pid":${pid},`)) throw new Trouble(`A decnet that ended in order left ${name}`);
    }
  }
}
