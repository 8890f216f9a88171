/**
 * What the process ends with. One number a meaning, the same for every command.
 *
 * `done` 0: done, or nothing to do. `stepFailed` 1: a step failed, state saved, can be resumed.
 * `usage` 2: usage, fleet or pipeline invalid, nothing touched. `refused` 3: preflight refused, nothing
 * changed; or somebody took an address before `up`, no container touched, can be resumed. `decision` 4: the
 * state needs a decision. `leftover` 5: rollback or teardown left something. `locked` 6: somebody else holds
 * the lock. `changes` 7: plan found changes, or status found the fleet degraded. `bug` 70. 129, 130 and 143:
 * ended by HUP, INT and TERM.
 */
export const exitCodes = {
  done: 0,
  stepFailed: 1,
  usage: 2,
  refused: 3,
  decision: 4,
  leftover: 5,
  locked: 6,
  changes: 7,
  bug: 70,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface DecnetErrorOptions {
  /** Stable, upper case, e.g. `FLEET_INVALID`. */
  readonly code: string;
  /** The one thing to do, a command if possible. */
  readonly hint?: string;
  /** Default 1: a step failed and can be resumed. */
  readonly exitCode?: ExitCode;
  /** Whether the same call may succeed a moment later. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The one error that users see. `message` tells what and where with the value, `hint` what to do next. */
export class DecnetError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;
  readonly retryable: boolean;

  constructor(message: string, options: DecnetErrorOptions) {
    super(message, { cause: options.cause });
    this.name = 'DecnetError';
    this.code = options.code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? exitCodes.stepFailed;
    this.retryable = options.retryable ?? false;
  }
}

/** A `DecnetError` as it is; anything else becomes one with code `BUG`, its text kept. */
export function toDecnetError(error: unknown): DecnetError {
  if (error instanceof DecnetError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DecnetError(message, {
    code: 'BUG',
    hint: 'This is a defect in decnet; run again with --debug and report the trace.',
    exitCode: exitCodes.bug,
    cause: error,
  });
}

/** Whether an error of Node's bears this code, e.g. `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
