import type { z } from 'zod';
import type { Compose } from '../compose/compose.ts';
import type { ChildOptions, ImageBuilder } from '../docker/builder.ts';
import type { Docker } from '../docker/docker.ts';
import type { Files } from '../files.ts';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import type { Host } from '../host/host.ts';
import type { Templates } from '../services/templates.ts';
import type { Paths } from '../state/paths.ts';
import type { Deployment, Images, RunOptions } from '../state/schema.ts';

/**
 * What a step can do to the world: `none` (it looks only), `reversible` (undo takes it back),
 * `irreversible` (undo cannot).
 */
type Effect = 'none' | 'reversible' | 'irreversible';

/** The world as a step found it. */
export type CheckResult<Output> =
  | { readonly status: 'satisfied'; readonly output: Output }
  | { readonly status: 'absent' }
  /** Ours, but different: what differs, one sentence each. `refuses`: `apply` would only find more of it, and refuse. */
  | { readonly status: 'drifted'; readonly differences: readonly string[]; readonly refuses?: true }
  /** There, and not ours: what, and what to do where that is not the usual. */
  | { readonly status: 'foreign'; readonly found: string; readonly hint?: string };

/** What `inputs` may draw from: the recorded resolution and the content of the templates. Nothing else. */
export interface RunView {
  readonly fleet: ResolvedFleet;
  readonly images: Images;
  readonly paths: Paths;
}

/** Docker, the host and the files: the truth. */
export interface World {
  readonly docker: Docker;
  readonly host: Host;
  readonly compose: Compose;
  readonly images: ImageBuilder;
  readonly files: Files;
  readonly templates: Templates;
}

/** The record of what is on the wire, in the state file. */
interface DeploymentRecord {
  read(): Deployment | null;
  save(deployment: Deployment): Promise<void>;
  clear(): Promise<void>;
}

/** All that a step may touch. It never prints, exits, or reads the environment or the clock by itself. */
export interface StepContext {
  /** Name of the deployment: what its marks say. Enough to undo when nothing is remembered. */
  readonly name: string;
  readonly world: World;
  readonly deployment: DeploymentRecord;
  readonly paths: Paths;
  readonly options: RunOptions;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Checkpoints facts in the middle of `apply`, durably. */
  record(partial: unknown): Promise<void>;
  /** Says a line while the step runs. */
  say(line: string): void;
  /** For children: lines are said, the child is recorded, the signal ends it. */
  readonly child: ChildOptions;
}

/** One thing that can be checked, applied and undone. */
export interface StepDefinition<Input, Output> {
  /** Kebab-case, for ever: the key in the state file. */
  readonly id: string;
  /** Raised when the meaning of the input changes. */
  readonly version: number;
  readonly title: string;
  readonly effect: Effect;
  /** Touches the NIC: one deployment of this host at a time. */
  readonly locksHost?: boolean;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  /** Pure: just what the step needs. */
  inputs(run: RunView): Input;
  /** Read-only. */
  check(context: StepContext, input: Input): Promise<CheckResult<Output>>;
  /** Idempotent: observe, ensure, return. */
  apply(context: StepContext, input: Input): Promise<Output>;
  /** Idempotent, by marks: already gone is success. `input` is the recorded one, null when none is remembered. */
  undo(context: StepContext, input: Input | null): Promise<void>;
}

/** A step as the runner sees it: its input and output are data that the schemas let in. */
export type Step = StepDefinition<unknown, unknown>;

/** Ties the types of a step to its schemas: what comes from the state file is parsed before the step sees it. */
export function defineStep<Input, Output>(definition: StepDefinition<Input, Output>): Step {
  const parse = (data: unknown): Input => definition.input.parse(data);
  return {
    ...definition,
    input: definition.input,
    output: definition.output,
    inputs: (run) => definition.inputs(run),
    check: (context, input) => definition.check(context, parse(input)),
    apply: (context, input) => definition.apply(context, parse(input)),
    undo: (context, input) => {
      const known = definition.input.safeParse(input);
      return definition.undo(context, known.success ? known.data : null);
    },
  };
}
