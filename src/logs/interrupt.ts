import { type ExitCode, exitCodes } from '../errors.ts';

/** Where signals come from: `process`, or a stand-in. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

export interface Interrupt {
  /** Null as long as no signal came. */
  exitCode(): ExitCode | null;
  /** From then on signals do again what they did before. */
  dispose(): void;
}

const codes = [
  ['SIGINT', exitCodes.interrupted],
  ['SIGTERM', exitCodes.terminated],
  ['SIGHUP', exitCodes.hangup],
] as const;

/** Calls `stop` at INT, TERM or HUP, and keeps the exit code of the first. */
export function onInterrupt(source: SignalSource, stop: () => void): Interrupt {
  let exitCode: ExitCode | null = null;
  const listeners = codes.map(([signal, code]) => {
    const listener = (): void => {
      exitCode ??= code;
      stop();
    };
    source.on(signal, listener);
    return [signal, listener] as const;
  });
  return {
    exitCode: () => exitCode,
    dispose: () => {
      for (const [signal, listener] of listeners) source.off(signal, listener);
    },
  };
}
