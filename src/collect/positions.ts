import { z } from 'zod';
import { hasCode } from '../errors.ts';
import { writeAtomically } from '../state/atomic-write.ts';
import { readTextFile } from '../text-file.ts';
import type { Place } from './place.ts';

/** How far each container was read, by id. */
export type Positions = ReadonlyMap<string, Place>;

const markSchema = z.strictObject({
  time: z.iso.datetime({ offset: true }),
  count: z.int().positive(),
});

const fileSchema = z.strictObject({
  format: z.literal(1),
  /** By container id. */
  containers: z.record(
    z.string(),
    z.strictObject({ stdout: markSchema.optional(), stderr: markSchema.optional() }),
  ),
});

type SavedPlace = z.infer<typeof fileSchema>['containers'][string];

const fileLimit = 10_000_000;

/**
 * What a position file says, or why it says nothing: then everything is read anew, and what comes again has the ids
 * that it had. One that is not there is empty.
 */
export async function loadPositions(
  path: string,
): Promise<{ readonly positions: Positions; readonly damage: string | null }> {
  const nothing: Positions = new Map();
  try {
    const file = await readTextFile(path, fileLimit);
    if (file.kind !== 'text') return { positions: nothing, damage: file.kind };
    const parsed = fileSchema.safeParse(JSON.parse(file.text));
    if (!parsed.success) return { positions: nothing, damage: z.prettifyError(parsed.error) };
    return { positions: new Map(Object.entries(parsed.data.containers).map(withoutAbsent)), damage: null };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { positions: nothing, damage: null };
    if (error instanceof SyntaxError) return { positions: nothing, damage: error.message };
    throw error;
  }
}

export async function savePositions(path: string, positions: Positions): Promise<void> {
  const content = { format: 1, containers: Object.fromEntries(positions) };
  await writeAtomically(path, `${JSON.stringify(content)}\n`, 0o600);
}

function withoutAbsent([id, { stdout, stderr }]: [string, SavedPlace]): [string, Place] {
  return [id, { ...(stdout === undefined ? {} : { stdout }), ...(stderr === undefined ? {} : { stderr }) }];
}
