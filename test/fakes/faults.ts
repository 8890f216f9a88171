import { DecnetError } from '../../src/errors.ts';

/** Where a call goes wrong: before its effect, with half of it done, or with all of it done. */
export type Moment = 'before' | 'middle' | 'after';

export const moments: readonly Moment[] = ['before', 'middle', 'after'];

/** One call to the world, or one durable write. */
export interface Call {
  /** From 1, since the last `arm` or `disarm`. */
  readonly number: number;
  /** E.g. `docker.createNetwork`. */
  readonly name: string;
  /** Id of the step that was under way; null between steps. */
  readonly step: string | null;
  readonly isEffect: boolean;
  /** Whether the real thing can stop half-way through it. */
  readonly hasMiddle: boolean;
}

export interface Fault {
  readonly hits: (call: Call) => boolean;
  readonly moment: Moment;
  /** How often; default once. */
  readonly times?: number;
  readonly error?: () => Error;
  /** As SIGKILL: this call and all later ones throw `Killed`, and nothing reaches the world any more. */
  readonly kill?: boolean;
}

/** What a killed process would have noticed, if it could. */
export class Killed extends Error {
  constructor() {
    super('Killed by the test');
    this.name = 'Killed';
  }
}

/** The effect of a call: whole, and, where the real thing can stop half-way, half. */
interface Effect<T> {
  readonly whole: () => T | Promise<T>;
  readonly half?: () => unknown;
}

/** Counts every call, and makes the wanted one fail. */
export interface Faults {
  readonly calls: readonly Call[];
  readonly isKilled: boolean;
  /** Counting starts again. */
  arm(fault: Fault): void;
  disarm(): void;
  /** Counting starts again, and `work` runs before the call of that number. */
  meanwhile(number: number, work: () => Promise<void>): void;
  enterStep(step: string | null): void;
  look<T>(name: string, read: () => T | Promise<T>): Promise<T>;
  effect<T>(name: string, effect: Effect<T>): Promise<T>;
}

function permanentError(): DecnetError {
  return new DecnetError('The fake world refuses', { code: 'FAKE', hint: 'Mend the fake world.' });
}

export function transientError(): DecnetError {
  return new DecnetError('The fake world is busy', { code: 'FAKE_BUSY', retryable: true });
}

export function createFaults(): Faults {
  let calls: Call[] = [];
  let armed: Fault | null = null;
  let left = 0;
  let isKilled = false;
  let current: string | null = null;
  let pause: { readonly number: number; readonly work: () => Promise<void> } | null = null;

  const reset = (fault: Fault | null): void => {
    calls = [];
    armed = fault;
    left = fault?.times ?? 1;
    isKilled = false;
    current = null;
    pause = null;
  };
  const failureAt = (about: Pick<Call, 'name' | 'isEffect' | 'hasMiddle'>): Fault | null => {
    if (isKilled) throw new Killed();
    const call = { ...about, number: calls.length + 1, step: current };
    calls.push(call);
    if (armed === null || left === 0 || !armed.hits(call)) return null;
    left -= 1;
    return armed;
  };
  const fail = (fault: Fault): never => {
    if (fault.kill !== true) throw fault.error?.() ?? permanentError();
    isKilled = true;
    throw new Killed();
  };
  const run = async <T>(name: string, effect: Effect<T>, isEffect: boolean): Promise<T> => {
    if (pause !== null && calls.length + 1 === pause.number) {
      const { work } = pause;
      pause = null;
      await work();
    }
    const fault = failureAt({ name, isEffect, hasMiddle: effect.half !== undefined });
    if (fault?.moment === 'before') return fail(fault);
    if (fault?.moment === 'middle') {
      await effect.half?.();
      return fail(fault);
    }
    const result = await effect.whole();
    return fault === null ? result : fail(fault);
  };
  return {
    get calls() {
      return calls;
    },
    get isKilled() {
      return isKilled;
    },
    arm: reset,
    disarm: () => reset(null),
    meanwhile: (number, work) => {
      reset(null);
      pause = { number, work };
    },
    enterStep: (step) => {
      current = step;
    },
    look: (name, read) => run(name, { whole: read }, false),
    effect: (name, effect) => run(name, effect, true),
  };
}
