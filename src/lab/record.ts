import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { labPaths } from './layout.ts';

const holder = z.strictObject({ pid: z.int().positive(), startTime: z.string() });

const schema = z.strictObject({
  engine: z.strictObject({
    prefix: z.string().nullable(),
    path: z.array(z.string()).readonly(),
    libraries: z.array(z.string()).readonly(),
    extensions: z.array(z.string()).readonly(),
    plugins: z.array(z.string()).readonly(),
  }),
  toolbox: z.string(),
  /** One process a role, that keeps its mount namespace; written once the mounts in it are complete. */
  holders: z.strictObject({
    host: holder.nullable(),
    attacker: holder.nullable(),
    neighbour: holder.nullable(),
  }),
});

/** What `lab up` found and started, for every later command. */
export type LabRecord = Readonly<z.infer<typeof schema>>;

/** Null when there is none, or none that can be read: then the lab is made anew around what is there. */
export async function readLabRecord(): Promise<LabRecord | null> {
  const text = await readFile(labPaths.record, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export async function writeLabRecord(record: LabRecord): Promise<void> {
  const temporary = `${labPaths.record}.new`;
  await writeFile(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, labPaths.record);
}
