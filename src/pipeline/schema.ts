import { z } from 'zod';

const unitMilliseconds: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** A timer of Node's that is longer than 2^31 - 1 ms, some 596 h, goes off at once. */
const longest = 24 * 3_600_000;

/** `90s`, `5m`, `1h` → milliseconds. */
const durationSchema = z
  .string()
  .regex(/^[1-9]\d{0,3}[smh]$/, 'expected a duration such as 30s, 5m or 1h')
  .transform((text) => Number.parseInt(text, 10) * (unitMilliseconds[text.slice(-1)] ?? 0))
  .refine((milliseconds) => milliseconds <= longest, 'at most 24h');

// One object and not a union of two: a mistake in it is then told by its own key.
const elementSchema = z
  .strictObject({
    step: z.string().optional(),
    undo: z.string().optional(),
    timeout: durationSchema,
    retries: z.int().min(0).max(20).optional(),
    when: z.enum(['images']).optional(),
  })
  .refine(
    ({ step, undo }) => (step === undefined) !== (undo === undefined),
    'expected either "step" or "undo"',
  );

export const pipelineNames = ['deploy', 'teardown', 'remove', 'restore'] as const;

export const pipelineFileSchema = z.strictObject({
  deploy: z.array(elementSchema).min(1),
  teardown: z.array(elementSchema).min(1),
  remove: z.array(elementSchema).min(1),
  restore: z.array(elementSchema).min(1),
});

export type PipelineName = (typeof pipelineNames)[number];
export type PipelineFile = z.infer<typeof pipelineFileSchema>;

/** One element of a pipeline. */
export interface PipelineStep {
  readonly id: string;
  readonly direction: 'apply' | 'undo';
  /** Milliseconds that one attempt may take. */
  readonly timeout: number;
  /** Attempts after the first, for errors that may pass. */
  readonly retries: number;
  /** The option that it needs; null when it is always walked. */
  readonly when: 'images' | null;
}

export type Pipelines = Readonly<Record<PipelineName, readonly PipelineStep[]>>;
