import { finish } from './finish.ts';
import { judge, type Wanted } from './judge.ts';
import { playMove } from './mishap.ts';
import type { Round } from './round.ts';
import { see, silentTargets } from './see.ts';
import { targetsOf } from './site.ts';
import { type Stage, Trouble } from './stage.ts';
import { establish } from './start.ts';
import type { Told } from './type.ts';

export interface Outcome {
  /** Every command, in order. */
  readonly story: readonly Told[];
  /** What befell its commands, where it came before they had ended. */
  readonly mishaps: readonly string[];
  /** Nothing: the round ended as it has to. */
  readonly troubles: readonly string[];
}

/** Plays a round to its end and judges it. */
export async function playRound(stage: Stage, round: Round): Promise<Outcome> {
  const story: Told[] = [];
  const mishaps: string[] = [];
  const tell = (told: Told): void => void story.push(told);
  try {
    await establish(stage, round.start, tell);
    stage.now = null;
    for (const move of round.moves) {
      const happened = await playMove(stage, move, tell);
      if (happened !== null) mishaps.push(happened);
    }
    const wanted = await finish(stage.site, round, tell);
    const troubles = await troublesOf(stage, wanted);
    if (troubles.length === 0) stage.now = wanted;
    return { story, mishaps, troubles };
  } catch (error) {
    const trouble = error instanceof Trouble ? error.message : error instanceof Error ? error.stack : error;
    return { story, mishaps, troubles: [String(trouble)] };
  }
}

/** Looks at the world, and says what is not as wanted. */
export async function troublesOf(stage: Stage, wanted: Wanted): Promise<readonly string[]> {
  const seen = await see(stage.site);
  const silent = wanted === 'empty' ? [] : await silentTargets(targetsOf(wanted));
  return [
    ...judge(stage.before, seen, wanted),
    ...silent.map((target) => `${target} does not answer the attacker`),
  ];
}
