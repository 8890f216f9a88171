import { DecnetError, exitCodes } from '../errors.ts';

const codes = {
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
  SIGHUP: exitCodes.hangup,
} as const;

export type InterruptingSignal = keyof typeof codes;

export const interruptingSignals: readonly InterruptingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The exit code that a shell shows for a process that the signal ended. */
export function signalExitCode(signal: InterruptingSignal): (typeof codes)[InterruptingSignal] {
  return codes[signal];
}

/** The reason of an aborted `AbortSignal`, and what a walk ends with after it. */
export class Interruption extends DecnetError {
  readonly signal: InterruptingSignal;

  constructor(signal: InterruptingSignal) {
    super(`Interrupted by ${signal}`, {
      code: 'INTERRUPTED',
      hint: 'Go on with: decnet resume. Take it back with: decnet rollback',
      exitCode: codes[signal],
    });
    this.signal = signal;
  }
}

/** Why a signal was aborted: an abort of unknown reason counts as SIGINT. */
export function interruptionOf(signal: AbortSignal): Interruption {
  return signal.reason instanceof Interruption ? signal.reason : new Interruption('SIGINT');
}
