import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { hasCode } from '../errors.ts';

// Of its own, and as little as is needed: what is to be proven is not asked.
const fleet = z.object({
  name: z.string(),
  deckies: z.array(z.object({ name: z.string(), ip: z.string(), mac: z.string() })),
});

const schema = z.object({
  deployment: z.object({ fleet }).nullable(),
  run: z
    .object({
      pipeline: z.string(),
      status: z.string(),
      overDeployment: z.boolean(),
      /** What stood when a change began. */
      before: z.object({ fleet }).nullable(),
      fleet: fleet.nullable(),
      steps: z.array(z.object({ id: z.string(), status: z.string(), children: z.array(z.unknown()) })),
    })
    .nullable(),
});

/** What the state file says, read without decnet's own reader. */
export type StateRecord = Readonly<z.infer<typeof schema>>;

/** Null when there is none; `damaged` when it cannot be read. */
export async function readRecord(stateFile: string): Promise<StateRecord | null | 'damaged'> {
  try {
    return schema.parse(JSON.parse(await readFile(stateFile, 'utf8')));
  } catch (error) {
    return hasCode(error, 'ENOENT') ? null : 'damaged';
  }
}

export function deckyNames(of: {
  readonly deckies: readonly { readonly name: string }[];
}): readonly string[] {
  return of.deckies.map(({ name }) => name).sort();
}
