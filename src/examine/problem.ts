import { toDecnetError } from '../errors.ts';

/** One check of preflight that failed, with what to do about it: a sentence each. */
export interface Problem {
  /** Without its full stop. */
  readonly what: string;
  readonly remedy: string;
}

/** What a call failed with, as a problem. */
export function problemOf(error: unknown): Problem {
  const { message, hint } = toDecnetError(error);
  return { what: message.replace(/\.$/, ''), remedy: hint ?? 'Run again with --debug.' };
}
