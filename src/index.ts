/**
 * DECNET's engine as a library: the same walks as the command line, without printing and without exiting.
 * Progress arrives as events; every failure rejects with a `DecnetError`.
 */

export { DecnetError, type ExitCode, exitCodes } from './errors.ts';
export type { Event, Listener } from './events/events.ts';
export type { FleetChange } from './fleet/changes.ts';
export type { ResolvedFleet } from './fleet/resolved.ts';
export type { FleetInput } from './fleet/schema.ts';
export type { DeckyStatus, Health, ServiceStatus } from './observe/fleet-status.ts';
export type { Conflict } from './observe/second-holders.ts';
export { type ApplyPlanOptions, applyPlan } from './operations/apply-plan.ts';
export { type DeployOptions, type DeployResult, deploy } from './operations/deploy.ts';
export { type Healed, heal } from './operations/heal.ts';
export type { OperationOptions } from './operations/options.ts';
export { type PlanOptions, plan } from './operations/plan.ts';
export { type ResumeOptions, resume } from './operations/resume.ts';
export { rollback } from './operations/rollback.ts';
export { type DeckyReport, type StatusReport, status } from './operations/status.ts';
export { type TeardownOptions, teardown } from './operations/teardown.ts';
export type { Plan, PlannedStep } from './runner/plan.ts';
