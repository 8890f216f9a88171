/** One check of preflight that failed, with what to do about it: a sentence each. */
export interface Problem {
  /** Without its full stop. */
  readonly what: string;
  readonly remedy: string;
}
