import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../state/atomic-write.ts';

const count = z.int().nonnegative();

const positionSchema = z.strictObject({
  /** Number of the segment that is delivered from; those before it are done with. */
  segment: count,
  /** Bytes of it that are delivered. */
  offset: count,
  /** Where the batch under way ends: recorded before it is sent, so that a restart sends the same. Null: none is. */
  end: count.nullable(),
  /** Alerts that were not kept, and that no message which arrived has told of. */
  dropped: count,
  /** How many of them the batch under way tells of. */
  told: count,
});

/** How far a spool is delivered. */
export type Position = Readonly<z.infer<typeof positionSchema>>;

const start: Position = { segment: 0, offset: 0, end: null, dropped: 0, told: 0 };

/** What is recorded in a folder; where that is nothing, or damaged, the start: better told twice than never. */
export async function readPosition(folder: string): Promise<Position> {
  try {
    return positionSchema.safeParse(JSON.parse(await readFile(pathIn(folder), 'utf8'))).data ?? start;
  } catch {
    return start;
  }
}

export async function writePosition(folder: string, position: Position): Promise<void> {
  await writeAtomically(pathIn(folder), `${JSON.stringify(position)}\n`, 0o600);
}

function pathIn(folder: string): string {
  return join(folder, 'position.json');
}
