import { describe, expect, it } from 'vitest';
import { runTransition, stepTransition } from '../../src/runner/transition.ts';
import { runStatuses, stepStatuses } from '../../src/state/schema.ts';

// One row a status: what it may become. What is not here must throw.
const steps: Readonly<Record<string, string>> = {
  pending: 'running skipped undoing',
  running: 'running done failed interrupted',
  done: 'running skipped undoing',
  failed: 'running skipped undoing',
  interrupted: 'running skipped undoing',
  skipped: 'running skipped undoing',
  undoing: 'interrupted undone undo-failed',
  undone: 'running skipped undoing',
  'undo-failed': 'running skipped undoing',
};

const runs: Readonly<Record<string, string>> = {
  running: 'succeeded failed interrupted',
  succeeded: 'running rolling-back',
  failed: 'running rolling-back',
  interrupted: 'running rolling-back',
  'rolling-back': 'rolled-back rollback-incomplete',
  'rolled-back': '',
  'rollback-incomplete': 'rolling-back',
};

function allowed<S extends string>(from: S, all: readonly S[], move: (from: S, to: S) => S): string {
  const isAllowed = (to: S): boolean => {
    try {
      return move(from, to) === to;
    } catch {
      return false;
    }
  };
  return all.filter(isAllowed).join(' ');
}

describe('the moves of a step', () => {
  it.each(stepStatuses)('from %s are these and no other', (from) => {
    expect(allowed(from, stepStatuses, stepTransition)).toBe(steps[from]);
  });

  it('throw with both names when they must not happen', () => {
    expect(() => stepTransition('done', 'undone')).toThrow('Illegal move of a step: done → undone');
  });
});

describe('the moves of a run', () => {
  it.each(runStatuses)('from %s are these and no other', (from) => {
    expect(allowed(from, runStatuses, runTransition)).toBe(runs[from]);
  });

  it('throw with both names when they must not happen', () => {
    expect(() => runTransition('rolled-back', 'running')).toThrow(
      'Illegal move of a run: rolled-back → running',
    );
  });
});
