/** An error as data: what a listener shows and a journal keeps. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

interface Stamped {
  /** RFC 3339, UTC. */
  readonly time: string;
}

interface AboutStep extends Stamped {
  readonly step: string;
}

export interface StepHeading {
  readonly id: string;
  readonly title: string;
  /** `apply` or `undo`: which way this walk goes. */
  readonly direction: 'apply' | 'undo';
}

export interface RunStarted extends Stamped {
  readonly type: 'run-started';
  readonly run: string;
  /** `deploy`, `teardown`, `remove`, `restore`. */
  readonly pipeline: string;
  /** The command that walks: `deploy`, `resume`, `heal`, `rollback`, `teardown`, `step`. */
  readonly command: string;
  readonly deployment: string;
  /** Absolute. */
  readonly statePath: string;
  readonly steps: readonly StepHeading[];
}

interface StepStarted extends AboutStep {
  readonly type: 'step-started';
  readonly attempt: number;
}

/** Checked and found as it should be: nothing was done. */
interface StepKept extends AboutStep {
  readonly type: 'step-kept';
  readonly durationMs: number;
}

/** Ours, but not as it should be: it is about to be changed. */
interface StepDrifted extends AboutStep {
  readonly type: 'step-drifted';
  /** One sentence each. */
  readonly differences: readonly string[];
}

interface StepDone extends AboutStep {
  readonly type: 'step-done';
  readonly durationMs: number;
}

interface StepSkipped extends AboutStep {
  readonly type: 'step-skipped';
  readonly reason: string;
}

interface StepRetrying extends AboutStep {
  readonly type: 'step-retrying';
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** At least; jitter may double it. */
  readonly delayMs: number;
  readonly error: ErrorReport;
}

interface StepFailed extends AboutStep {
  readonly type: 'step-failed';
  readonly durationMs: number;
  readonly error: ErrorReport;
}

interface StepInterrupted extends AboutStep {
  readonly type: 'step-interrupted';
  /** `SIGINT`, `SIGTERM` or `SIGHUP`. */
  readonly signal: string;
}

interface StepUndoing extends AboutStep {
  readonly type: 'step-undoing';
}

interface StepUndone extends AboutStep {
  readonly type: 'step-undone';
  readonly durationMs: number;
}

interface StepUndoFailed extends AboutStep {
  readonly type: 'step-undo-failed';
  readonly durationMs: number;
  readonly error: ErrorReport;
}

/** A line that a child printed, or that a step has to say while it runs. */
export interface Output extends AboutStep {
  readonly type: 'output';
  readonly text: string;
}

/** Something the user should know that is not a failure. */
interface Warning extends Stamped {
  readonly type: 'warning';
  readonly text: string;
}

export interface RunFinished extends Stamped {
  readonly type: 'run-finished';
  readonly run: string;
  readonly status: string;
  readonly durationMs: number;
  /** What to type next, one command a line; empty when there is nothing to do. */
  readonly next: readonly string[];
  readonly error?: ErrorReport;
}

/** The one stream that terminal, plain lines, `--json` and the journal are fed by. */
export type Event =
  | RunStarted
  | StepStarted
  | StepKept
  | StepDrifted
  | StepDone
  | StepSkipped
  | StepRetrying
  | StepFailed
  | StepInterrupted
  | StepUndoing
  | StepUndone
  | StepUndoFailed
  | Output
  | Warning
  | RunFinished;

/** Told of each event after the write that it reports is durable. Must not throw and must not block. */
export type Listener = (event: Event) => void;
