import type { Bench } from './bench.ts';
import type { Call, Fault, Moment } from './faults.ts';

/** A place where a command can be ended: a call, and how far it got. */
export interface CrashPoint {
  readonly label: string;
  readonly call: Call;
  readonly moment: Moment;
}

/**
 * Every place where a kill leaves a world of its own. A kill after a call is one before the next; a call that
 * only looks changes nothing, so that a kill at it is one at the next effect. What half a state write leaves is
 * written over by the next, whichever it is: the first few stand for all.
 */
export async function crashPoints(bench: Bench, use: () => Promise<unknown>): Promise<readonly CrashPoint[]> {
  const effects = await effectsOf(bench, use);
  let halves = 0;
  return effects.flatMap((call) => {
    if (call.name === 'state.update') halves += 1;
    const isRepeated = call.name === 'state.update' && halves > 3;
    return call.hasMiddle && !isRepeated ? [at(call, 'before'), at(call, 'middle')] : [at(call, 'before')];
  });
}

/** The calls of an uninterrupted command that change anything. */
async function effectsOf(bench: Bench, use: () => Promise<unknown>): Promise<readonly Call[]> {
  bench.faults.disarm();
  await use();
  const effects = bench.faults.calls.filter((call) => call.isEffect);
  bench.faults.disarm();
  return effects;
}

export function at(call: Call, moment: Moment): CrashPoint {
  const where = call.step === null ? '' : ` of ${call.step}`;
  return { label: `${moment} call ${call.number}, ${call.name}${where}`, call, moment };
}

/** SIGKILL at that point. */
export function killAt({ call, moment }: CrashPoint): Fault {
  return { hits: ({ number }) => number === call.number, moment, kill: true };
}

/** A failure at that point, once. */
export function failAt({ call, moment }: CrashPoint): Fault {
  return { hits: ({ number }) => number === call.number, moment };
}
