import { labDown } from '../lab/down.ts';
import { labUp } from '../lab/up.ts';
import { measure } from './measure.ts';
import { type Outcome, playRound } from './play.ts';
import { drawRound, type Lot, type Round, scenes } from './round.ts';
import { closeStage, openStage, type Stage } from './stage.ts';
import { gapsOf } from './sweep.ts';

export interface Played {
  readonly round: Round;
  readonly outcome: Outcome;
  readonly seconds: number;
}

export interface Request {
  readonly lot: Lot;
  /** Numbers of the rounds to play. Null: as many as there are boundaries. */
  readonly rounds: readonly number[] | null;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
  readonly onPlayed: (played: Played) => void;
}

/** Plays rounds on the lab, which is raised where it is not up, and left as it was found. */
export async function playRounds(request: Request): Promise<readonly Played[]> {
  const { signal, onProgress } = request;
  const options = { signal, onProgress: (line: string, isDetail = false) => isDetail || onProgress(line) };
  const outcome = await labUp(options);
  try {
    const stage = await openStage();
    try {
      return await playAll(stage, request);
    } finally {
      await closeStage(stage);
    }
  } finally {
    if (outcome === 'raised') await labDown({ ...options, signal: new AbortController().signal });
  }
}

async function playAll(stage: Stage, request: Request): Promise<readonly Played[]> {
  const { lot, signal, onProgress, onPlayed } = request;
  for (const scene of scenes) {
    signal.throwIfAborted();
    onProgress(`measuring: ${scene.name}`);
    await measure(stage, scene);
  }
  const gaps = gapsOf(stage.measured);
  onProgress(`${gaps.length} boundaries to be killed at`);
  const all: Played[] = [];
  for (const number of request.rounds ?? gaps.keys()) {
    signal.throwIfAborted();
    const played = await playTimed(stage, drawRound(lot, number, stage.measured));
    all.push(played);
    onPlayed(played);
  }
  return all;
}

async function playTimed(stage: Stage, round: Round): Promise<Played> {
  const startedAt = performance.now();
  const outcome = await playRound(stage, round);
  return { round, outcome, seconds: (performance.now() - startedAt) / 1_000 };
}
