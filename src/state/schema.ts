import { z } from 'zod';
import { deploymentName } from '../fleet/deployment-name.ts';
import { resolvedFleetSchema } from '../fleet/resolved.ts';
import { pipelineNames } from '../pipeline/schema.ts';

/** Raised when an older decnet could not read the file any more. */
export const stateFormat = 1;

const errorReportSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().exactOptional(),
});

const childSchema = z.object({ pid: z.int().positive(), startTime: z.string() });

export const stepStatuses = [
  'pending',
  'running',
  'done',
  'failed',
  'interrupted',
  'skipped',
  'undoing',
  'undone',
  'undo-failed',
] as const;

export const runStatuses = [
  'running',
  'succeeded',
  'failed',
  'interrupted',
  'rolling-back',
  'rolled-back',
  'rollback-incomplete',
] as const;

export const stepRecordSchema = z.object({
  /** Id of the step: its key for ever. */
  id: z.string(),
  version: z.int(),
  direction: z.enum(['apply', 'undo']),
  status: z.enum(stepStatuses),
  /** 0 before the first. */
  attempt: z.int().nonnegative(),
  /** This run brought it about, wholly or in part: rollback undoes it. Written before the effect begins. */
  made: z.boolean(),
  input: z.unknown(),
  inputHash: z.string().nullable(),
  /** Complete when `done`; what `record` checkpointed before that. */
  output: z.unknown(),
  error: errorReportSchema.nullable(),
  /** Those started by the step under way: they may outlive us when we are killed. */
  children: z.array(childSchema),
});

const imageSchema = z.object({
  /** By content: the same tag is the same image, whoever built it. */
  tag: z.string(),
  /** Digest of the files of its build context. */
  context: z.string(),
});

/** The runtime image, and each service's by the service's name. */
export const imagesSchema = z.object({
  runtime: imageSchema,
  services: z.record(z.string(), imageSchema),
});

/** What is on the wire: written by the step `state-save`. */
export const deploymentSchema = z.object({
  fleet: resolvedFleetSchema,
  images: imagesSchema,
  /** Absolute. */
  composeFile: z.string(),
  network: z.string(),
  link: z.string(),
  /** CIDRs. */
  routes: z.array(z.string()),
});

const runSchema = z.object({
  /** Also the name of its folder below `.decnet/runs`. */
  id: z.string().regex(/^[\w-]{1,64}$/, 'not an id of a run'),
  pipeline: z.enum(pipelineNames),
  status: z.enum(runStatuses),
  /** Name of the deployment. */
  name: z.string().regex(deploymentName, 'not a name of a deployment'),
  /** What this run walks towards; for a teardown, what it takes away: null when nothing is remembered of it. */
  fleet: resolvedFleetSchema.nullable(),
  /** Absolute; null when the fleet came from code. */
  fleetFile: z.string().nullable(),
  images: imagesSchema.nullable(),
  /** A deployment stood when this run began: what it finds is not all its own. */
  overDeployment: z.boolean(),
  /** The deployment that stood when this run began to change it, and that its rollback restores. */
  before: deploymentSchema.nullable().default(null),
  options: z.object({ noCache: z.boolean(), parallel: z.boolean(), images: z.boolean() }),
  steps: z.array(stepRecordSchema),
  error: errorReportSchema.nullable(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
});

export const stateSchema = z.object({
  format: z.literal(stateFormat),
  /** One more with every write. */
  serial: z.int().nonnegative(),
  host: z.object({ hostname: z.string(), machineId: z.string() }),
  deployment: deploymentSchema.nullable(),
  run: runSchema.nullable(),
});

export type Child = Readonly<z.infer<typeof childSchema>>;
export type StepStatus = (typeof stepStatuses)[number];
export type RunStatus = (typeof runStatuses)[number];
export type StepRecord = Readonly<z.infer<typeof stepRecordSchema>>;
export type Images = Readonly<z.infer<typeof imagesSchema>>;
export type Run = Readonly<z.infer<typeof runSchema>>;
export type RunOptions = Run['options'];
export type Deployment = Readonly<z.infer<typeof deploymentSchema>>;
export type State = Readonly<z.infer<typeof stateSchema>>;
