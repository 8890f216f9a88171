import type { RunStatus, StepStatus } from '../state/schema.ts';

// From → to. `interrupted` is what a `running` or `undoing` becomes when its owner is gone.
const stepMoves: Readonly<Record<StepStatus, readonly StepStatus[]>> = {
  pending: ['running', 'skipped', 'undoing'],
  running: ['done', 'failed', 'interrupted', 'running'],
  done: ['running', 'skipped', 'undoing'],
  failed: ['running', 'skipped', 'undoing'],
  interrupted: ['running', 'skipped', 'undoing'],
  skipped: ['running', 'skipped', 'undoing'],
  undoing: ['undone', 'undo-failed', 'interrupted'],
  undone: ['running', 'skipped', 'undoing'],
  'undo-failed': ['running', 'skipped', 'undoing'],
};

const runMoves: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  running: ['succeeded', 'failed', 'interrupted'],
  succeeded: ['running', 'rolling-back'],
  failed: ['running', 'rolling-back'],
  interrupted: ['running', 'rolling-back'],
  'rolling-back': ['rolled-back', 'rollback-incomplete'],
  'rolled-back': [],
  'rollback-incomplete': ['rolling-back'],
};

/** The status a step moves to. Throws on a move that must not happen: a defect, not a user's mistake. */
export function stepTransition(from: StepStatus, to: StepStatus): StepStatus {
  if (stepMoves[from].includes(to)) return to;
  throw new Error(`Illegal move of a step: ${from} → ${to}`);
}

/** The status a run moves to. Throws on a move that must not happen. */
export function runTransition(from: RunStatus, to: RunStatus): RunStatus {
  if (runMoves[from].includes(to)) return to;
  throw new Error(`Illegal move of a run: ${from} → ${to}`);
}
