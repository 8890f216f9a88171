import type { Event, RunFinished, RunStarted } from '../../src/events/events.ts';

const time = '2025-03-01T12:03:44.000Z';

export function runStarted(...ids: string[]): RunStarted {
  const steps = ids.map((id) => ({ id, title: `Make ${id}`, direction: 'apply' as const }));
  const about = {
    run: 'r1',
    pipeline: 'deploy',
    command: 'deploy',
    deployment: 'office',
    statePath: '/s/state.json',
  };
  return { type: 'run-started', time, ...about, steps };
}

export function runFinished(status = 'succeeded', more: Partial<RunFinished> = {}): RunFinished {
  return { type: 'run-finished', time, run: 'r1', status, durationMs: 12_400, next: [], ...more };
}

export const error = { code: 'UP_FAILED', message: 'no space left on \x1b[2Jdevice', hint: 'Run: df -h' };

export const started = (step: string, attempt = 1): Event => ({ type: 'step-started', time, step, attempt });
export const kept = (step: string): Event => ({ type: 'step-kept', time, step, durationMs: 90 });
export const done = (step: string, durationMs = 400): Event => ({
  type: 'step-done',
  time,
  step,
  durationMs,
});
export const skipped = (step: string): Event => ({
  type: 'step-skipped',
  time,
  step,
  reason: 'not asked for',
});
export const failed = (step: string): Event => ({ type: 'step-failed', time, step, durationMs: 3200, error });
export const output = (step: string, text: string): Event => ({ type: 'output', time, step, text });
export const warning = (text: string): Event => ({ type: 'warning', time, text });
export const undoing = (step: string): Event => ({ type: 'step-undoing', time, step });
export const undone = (step: string): Event => ({ type: 'step-undone', time, step, durationMs: 300 });
export const undoFailed = (step: string): Event => ({
  type: 'step-undo-failed',
  time,
  step,
  durationMs: 300,
  error,
});
export const interrupted = (step: string): Event => ({
  type: 'step-interrupted',
  time,
  step,
  signal: 'SIGINT',
});
export const retrying = (step: string): Event => {
  const problem = { code: 'X', message: 'connection reset' };
  return { type: 'step-retrying', time, step, attempt: 1, delayMs: 1500, error: problem };
};
