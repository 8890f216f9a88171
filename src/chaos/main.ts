import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { interruptible } from '../commands/interruptible.ts';
import { toDecnetError } from '../errors.ts';
import { playRounds } from './chaos.ts';
import { roundLine, storyOf, summaryOf } from './report.ts';

/*
 * `npm run chaos`: a small fleet on the lab, whose commands are killed, interrupted and disturbed from outside, and
 * whether its commands then lead to the full fleet or to nothing. Ends with 1 when a round did not.
 */

const { values } = parseArgs({
  options: {
    /** How many; from 0. */
    rounds: { type: 'string', default: '300' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    /** This one alone. */
    round: { type: 'string' },
  },
});

async function chaos(signal: AbortSignal): Promise<void> {
  const { seed } = values;
  const rounds =
    values.round === undefined
      ? Array.from({ length: Number(values.rounds) }, (_, number) => number)
      : [Number(values.round)];
  const played = await playRounds({
    seed,
    rounds,
    signal,
    onProgress: (line) => console.error(line),
    onPlayed: (one) => {
      console.error(roundLine(one));
      if (one.outcome.troubles.length > 0) console.log(storyOf(one, seed));
    },
  });
  console.log(summaryOf(played, seed));
  if (played.some(({ outcome }) => outcome.troubles.length > 0)) process.exitCode = 1;
}

try {
  await interruptible(chaos);
} catch (error) {
  console.error(toDecnetError(error).message);
  process.exitCode = toDecnetError(error).exitCode;
}
