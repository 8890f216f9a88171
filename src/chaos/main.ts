import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { interruptible } from '../commands/interruptible.ts';
import { DecnetError, exitCodes, toDecnetError } from '../errors.ts';
import { playRounds } from './chaos.ts';
import { roundLine, storyOf, summaryOf } from './report.ts';
import { type KillSignal, killSignals, type Lot } from './round.ts';

/*
 * `npm run chaos`: a small fleet on the lab, whose commands are killed, interrupted and disturbed from outside, and
 * whether its commands then lead to the full fleet or to nothing. Ends with 1 when a round did not.
 */

const { values } = parseArgs({
  options: {
    /** How many; from 0. By default 360, or with `--sweep` as many as there are boundaries. */
    rounds: { type: 'string' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    /** This one alone. */
    round: { type: 'string' },
    /** The signal that every round begins with, at a boundary, each boundary in its turn. */
    sweep: { type: 'string' },
  },
});

async function chaos(signal: AbortSignal): Promise<void> {
  const lot: Lot = { seed: values.seed, sweep: sweepOf(values.sweep) };
  const played = await playRounds({
    lot,
    rounds: roundsOf(lot),
    signal,
    onProgress: (line) => console.error(line),
    onPlayed: (one) => {
      console.error(roundLine(one));
      if (one.outcome.troubles.length > 0) console.log(storyOf(one, lot));
    },
  });
  console.log(summaryOf(played, lot));
  if (played.some(({ outcome }) => outcome.troubles.length > 0)) process.exitCode = 1;
}

function sweepOf(name: string | undefined): KillSignal | null {
  if (name === undefined) return null;
  const signal = killSignals.find((one) => one === name);
  if (signal !== undefined) return signal;
  throw new DecnetError(`--sweep ${name} is none of ${killSignals.join(', ')}.`, {
    code: 'USAGE',
    exitCode: exitCodes.usage,
  });
}

function roundsOf({ sweep }: Lot): readonly number[] | null {
  if (values.round !== undefined) return [Number(values.round)];
  if (sweep !== null && values.rounds === undefined) return null;
  return Array.from({ length: Number(values.rounds ?? 360) }, (_, number) => number);
}

try {
  await interruptible(chaos);
} catch (error) {
  console.error(toDecnetError(error).message);
  process.exitCode = toDecnetError(error).exitCode;
}
