import { table } from '../text/table.ts';
import type { Played } from './chaos.ts';
import type { Lot } from './round.ts';

/** One line a round, as it ends. */
export function roundLine({ round, outcome, seconds }: Played): string {
  const mishaps = outcome.mishaps.join('; ') || 'undisturbed';
  const verdict = outcome.troubles.length === 0 ? 'ok' : 'FAILED';
  return `round ${round.number}: ${verdict} in ${seconds.toFixed(1)} s: from ${round.start}: ${mishaps}; then ${round.last}`;
}

/** All there is to know of a round that failed, and how to play it again. */
export function storyOf({ round, outcome }: Played, lot: Lot): string {
  const commands = outcome.story.map(({ what, ended }) => {
    const output = ended.printed.trimEnd().replaceAll(/^/gm, '    ');
    return `  ${what}: ended with ${ended.exitCode ?? ended.signal}\n${output}`;
  });
  const swept = lot.sweep === null ? '' : ` --sweep ${lot.sweep}`;
  return [
    `Seed ${lot.seed}, round ${round.number}, from ${round.start}:`,
    ...outcome.troubles.map((trouble) => `- ${trouble}`),
    ...commands,
    `Play it again: npm run chaos -- --seed ${lot.seed}${swept} --round ${round.number}`,
  ].join('\n');
}

/** How many rounds, what befell their commands, and how many failed. */
export function summaryOf(all: readonly Played[], lot: Lot): string {
  const mishaps = all.flatMap(({ outcome }) => outcome.mishaps.map(kindOf));
  const kinds = [...new Set(mishaps)].sort();
  const rows = kinds.map((kind) => [kind, String(mishaps.filter((one) => one === kind).length)]);
  const failed = all.filter(({ outcome }) => outcome.troubles.length > 0);
  const seconds = all.reduce((sum, played) => sum + played.seconds, 0);
  return [
    table(['what befell a command', 'times'], rows),
    '',
    `${all.length} rounds of seed ${lot.seed} in ${seconds.toFixed(0)} s; ${mishaps.length} mishaps; ${failed.length} failures`,
  ].join('\n');
}

/** `SIGKILL before docker.createNetwork, boundary 3` → `SIGKILL at a boundary`. */
function kindOf(mishap: string): string {
  const [what = '', where] = mishap.split(' ');
  if (what === 'twice') return 'a signal twice';
  if (!what.startsWith('SIG')) return what;
  return `${what} ${where === 'after' && / ms$/.test(mishap) ? 'at some instant' : 'at a boundary'}`;
}
