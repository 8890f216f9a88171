import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DecnetError } from '../errors.ts';
import { readProcessStat } from '../process/process-stat.ts';

/** `$XDG_CACHE_HOME/decnet`, or `~/.cache/decnet` (XDG base directory specification). */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_CACHE_HOME;
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'decnet');
}

/** Sixteen hex digits for a cache key: order counts. */
export function hashInputs(inputs: readonly (string | number | null)[]): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16);
}

/**
 * The path of `name` in the cache; `build` makes it when it is missing. It builds into a folder of its own
 * and what it answers is renamed into place, so that a killed build leaves nothing that looks whole; what
 * it does leave is removed by the next build.
 */
export async function cached(
  folder: string,
  name: string,
  build: (workFolder: string) => Promise<string>,
): Promise<string> {
  const path = join(folder, name);
  if (await exists(path)) return path;
  await mkdir(folder, { recursive: true });
  await removeAbandoned(folder);
  const workFolder = join(folder, `.building-${process.pid}-${await ownStartTime()}-${randomUUID()}`);
  await mkdir(workFolder);
  try {
    await rename(await build(workFolder), path).catch(async (cause: unknown) => {
      if (!(await exists(path))) throw cause; // else somebody built the same at the same time
    });
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
  return path;
}

/** The path of `name` in the cache; null when it is not there. */
export async function findCached(folder: string, name: string): Promise<string | null> {
  const path = join(folder, name);
  return (await exists(path)) ? path : null;
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const match = /^\.building-(\d+)-(\d+)-/.exec(name);
    if (match === null) continue;
    const owner = await readProcessStat(Number(match[1]));
    if (owner?.startTime !== match[2]) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function ownStartTime(): Promise<string> {
  const stat = await readProcessStat(process.pid);
  if (stat === null) throw new DecnetError('/proc is not mounted', { code: 'NO_PROC' });
  return stat.startTime;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
