import type { FleetSourceInput } from '../resolve-source.ts';
import type { Plan } from '../runner/plan.ts';
import { type DeployOptions, deploy } from './deploy.ts';
import type { OperationOptions } from './options.ts';

export type PlanOptions = Pick<OperationOptions, 'statePath' | 'signal'> & Pick<DeployOptions, 'planFile'>;

/** The resolved fleet, and what each step of its deploy would do. Changes nothing. */
export async function plan(source: FleetSourceInput, options: PlanOptions = {}): Promise<Plan> {
  const result = await deploy(source, { ...options, dryRun: true });
  if (result.plan === null) throw new Error('A dry run answers with a plan');
  return result.plan;
}
