import { z } from 'zod';
import { DecnetError, exitCodes } from '../errors.ts';
import { type ResolvedFleet, resolvedFleetSchema } from '../fleet/resolved.ts';
import type { HostIdentity } from '../host/host.ts';
import { writeAtomically } from '../state/atomic-write.ts';
import { type Images, imagesSchema, type State } from '../state/schema.ts';
import { jsonFault } from '../text/json-fault.ts';
import { readTextFile, whyUnreadable } from '../text-file.ts';
import { type Plan, plannedStepSchema } from './plan.ts';

/** Raised when an older decnet could not read the file any more. */
const planFormat = 1;

/** Bytes; that of a fleet of 1000 deckies has some 3 MB. */
const fileLimit = 100_000_000;

const planFileSchema = z.strictObject({
  plan: z.literal(planFormat),
  host: z.object({ hostname: z.string(), machineId: z.string() }),
  /** Absolute. */
  statePath: z.string(),
  /** Id of the run that was on record; null where there was none. */
  run: z.string().nullable(),
  /** Absolute; null when the fleet came from code. */
  fleetFile: z.string().nullable(),
  fleet: resolvedFleetSchema,
  images: imagesSchema,
  steps: z.array(plannedStepSchema),
});

/** A plan that is kept, to be applied later exactly as it is. Holds the secrets of the fleet. */
export type PlanFile = Readonly<z.infer<typeof planFileSchema>>;

export interface Planned {
  readonly plan: Plan;
  readonly host: HostIdentity;
  readonly state: State | null;
  readonly images: Images;
  readonly fleetFile: string | null;
}

/** Rejects with `PLAN_UNWRITABLE` (exit 2), naming why. */
export async function writePlanFile(path: string, planned: Planned): Promise<void> {
  try {
    await writeAtomically(path, `${JSON.stringify(planFileOf(planned), null, 1)}\n`, 0o600);
  } catch (error) {
    throw new DecnetError(`Cannot write the plan ${path}: ${String(error)}`, {
      code: 'PLAN_UNWRITABLE',
      hint: 'Name another file with --out.',
      exitCode: exitCodes.usage,
      cause: error,
    });
  }
}

function planFileOf({ plan, host, state, images, fleetFile }: Planned): PlanFile {
  return {
    plan: planFormat,
    host: { hostname: host.hostname, machineId: host.machineId },
    statePath: plan.statePath,
    run: state?.run?.id ?? null,
    fleetFile,
    fleet: plan.fleet,
    images,
    steps: [...plan.steps],
  };
}

/** Rejects with `PLAN_INVALID` (exit 2) where it is no plan, and with `PLAN_FOREIGN` (exit 4) where it is another host's. */
export async function readPlanFile(path: string, host: HostIdentity): Promise<PlanFile> {
  const file = await readTextFile(path, fileLimit).catch((error: unknown) => {
    throw invalid(path, `cannot be read: ${whyUnreadable(error)}`, error);
  });
  if (file.kind !== 'text')
    throw invalid(path, file.kind === 'too-long' ? 'is too long' : 'is not UTF-8 text');
  const parsed = planFileSchema.safeParse(parseJson(path, file.text));
  if (!parsed.success) throw invalid(path, `is no plan of this decnet: ${firstIssue(parsed.error)}`);
  if (parsed.data.host.machineId !== host.machineId) throw foreign(path, parsed.data, host);
  return parsed.data;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(path, `is not JSON: ${jsonFault(error)}`);
  }
}

// A foreign file may be wrong in thousands of places.
function firstIssue({ issues: [issue] }: z.ZodError): string {
  return issue === undefined ? 'unknown' : `${issue.path.join('.') || 'the file'}: ${issue.message}`;
}

/** What has moved since a plan was made, one sentence each; nothing when it still holds. Pure. */
export function movedSince(file: PlanFile, now: Planned): readonly string[] {
  const run = now.state?.run?.id ?? null;
  const steps = file.steps.flatMap((planned) => {
    const found = now.plan.steps.find(({ step }) => step === planned.step);
    const [was, is] = [planned, found].map((one) =>
      one === undefined ? 'not there' : [one.action, ...one.reasons].join(': '),
    );
    return was === is ? [] : [`step ${planned.step} was planned as ${was}, and is ${is}`];
  });
  const isBuiltOtherwise = JSON.stringify(file.images) !== JSON.stringify(now.images);
  return [
    ...(run === file.run ? [] : ['another run is recorded since']),
    ...(isBuiltOtherwise ? ['the templates have changed'] : []),
    ...steps,
  ];
}

export function planMoved(path: string, moved: readonly string[]): DecnetError {
  return new DecnetError(
    `The plan ${path} does not hold any more:\n${moved.map((one) => `- ${one}`).join('\n')}`,
    {
      code: 'PLAN_MOVED',
      hint: 'Nothing was changed. Look at a new one: decnet plan FLEET --out PLAN',
      exitCode: exitCodes.decision,
    },
  );
}

export function otherFleet(path: string, { name }: ResolvedFleet): DecnetError {
  return new DecnetError(`The plan ${path} is of another fleet than the one given, ${name}`, {
    code: 'PLAN_OTHER_FLEET',
    hint: `Apply it as it is: decnet deploy --plan ${path}. Or plan this fleet: decnet plan FLEET --out PLAN`,
    exitCode: exitCodes.usage,
  });
}

function invalid(path: string, why: string, cause?: unknown): DecnetError {
  return new DecnetError(`The plan ${path} ${why}`, {
    code: 'PLAN_INVALID',
    hint: 'Make one with: decnet plan FLEET --out PLAN',
    exitCode: exitCodes.usage,
    cause,
  });
}

function foreign(path: string, file: PlanFile, host: HostIdentity): DecnetError {
  return new DecnetError(
    `The plan ${path} was made on host ${file.host.hostname}, and this is ${host.hostname}`,
    {
      code: 'PLAN_FOREIGN',
      hint: `Apply it on ${file.host.hostname}, or plan the fleet here: decnet plan FLEET --out PLAN`,
      exitCode: exitCodes.decision,
    },
  );
}
