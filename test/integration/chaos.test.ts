import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measure } from '../../src/chaos/measure.ts';
import { playRound } from '../../src/chaos/play.ts';
import { storyOf } from '../../src/chaos/report.ts';
import { drawRound, type Lot, type Outside, outsides, type Round, scenes } from '../../src/chaos/round.ts';
import { closeStage, openStage, type Stage } from '../../src/chaos/stage.ts';

/** Whichever: the same rounds each time. `npm run chaos` draws others. */
const lot: Lot = { seed: 'test', sweep: null };
const numbers = Array.from({ length: 25 }, (_, number) => number);

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  for (const scene of scenes) await measure(stage, scene);
});

afterAll(() => stage && closeStage(stage));

/** Answers what befell the commands of the round. */
async function expectNoTrouble(round: Round): Promise<readonly string[]> {
  const outcome = await playRound(stage, round);
  expect(outcome.troubles, storyOf({ round, outcome, seconds: 0 }, lot)).toEqual([]);
  return outcome.mishaps;
}

describe('a fleet whose commands are ended at drawn places', () => {
  it.each(numbers)('round %i leads to all of it or to nothing', async (number) => {
    await expectNoTrouble(drawRound(lot, number, stage.measured));
  });
});

describe('a command around which something happens', () => {
  it.each(outsides)('%s: what the hint says leads to all of the fleet or to nothing', async (fault) => {
    const mishaps = await expectNoTrouble(roundWith(fault));
    expect(mishaps).toEqual([expect.stringContaining(`${fault} `)]);
  });
});

/** In the middle of a deploy, or of its mending: where the fault finds most to do. */
function roundWith(fault: Outside): Round {
  const isEarly = fault === 'network-removed';
  const name = isEarly ? 'deploy' : 'resume that heals';
  const boundary =
    fault.endsWith('-killed') && !fault.startsWith('dockerd') ? 'after compose.up' : 'before compose.up';
  const scene = scenes.find((one) => one.name === name);
  const passed = stage.measured.get(name)?.boundaries;
  if (scene === undefined || passed === undefined) throw new Error(`There is no scene ${name}`);
  const where = (passed.indexOf(boundary) + 0.5) / passed.length;
  return {
    number: 0,
    start: scene.start,
    moves: [{ scene: name, typed: scene.typed, mishap: { kind: 'outside', fault, where, late: 0 } }],
    last: 'resume',
    advice: [0, 0, 0, 0],
  };
}
