import type { Run } from '../state/schema.ts';

/** What to type after a run ended this way; nothing when it ended well. */
export function nextCommands(run: Run): readonly string[] {
  if (run.status === 'rollback-incomplete') return ['decnet rollback'];
  if (run.status !== 'failed' && run.status !== 'interrupted') return [];
  // Nothing was changed, and its hint says what to do: there may be no run left to go on with.
  if (run.error?.code === 'PREFLIGHT_REFUSED') return [];
  if (run.pipeline === 'restore') return ['decnet rollback'];
  if (run.pipeline === 'teardown') return ['decnet resume'];
  const stopped = run.steps.find((step) => step.status === 'failed' || step.status === 'interrupted');
  const single = stopped === undefined ? [] : [`decnet step run ${stopped.id}`];
  return ['decnet resume', 'decnet rollback', ...single];
}
