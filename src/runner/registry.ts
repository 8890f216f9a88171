import type { Step } from './step.ts';

/** The step with this id. The pipeline file was checked against the registry when it was read. */
export function stepOf(steps: ReadonlyMap<string, Step>, id: string): Step {
  const step = steps.get(id);
  if (step === undefined) throw new Error(`No step has the id ${id}`);
  return step;
}
