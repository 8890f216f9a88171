import { readdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../state/atomic-write.ts';

/** So many that names sort as numbers do, for longer than a disk lives. */
const digits = 6;

/**
 * Moves `path` to `path.000001`, the next time to `path.000002`, and so on; at most `keep` of them stay. A file is
 * moved once, as it is, and its new name is never another's: shippers that follow a folder mix files up whose names
 * go from one to the next (rsyslog's imfile reads them again). Whoever has one open reads it to its end.
 */
export async function rotate(path: string, keep: number): Promise<void> {
  const folder = dirname(path);
  const rotated = await numbersBehind(path);
  const nameOf = (number: number): string => join(folder, `${basename(path)}.${numbered(number)}`);
  // The oldest go first: a full disk is when room is needed.
  for (const number of rotated.slice(0, Math.max(0, rotated.length + 1 - keep))) await unlink(nameOf(number));
  await rename(path, nameOf((rotated.at(-1) ?? 0) + 1));
  await syncFolder(folder);
}

function numbered(number: number): string {
  return String(number).padStart(digits, '0');
}

/** The numbers of the files that were rotated away, oldest first; other names are somebody else's. */
async function numbersBehind(path: string): Promise<readonly number[]> {
  const prefix = `${basename(path)}.`;
  const endings = (await readdir(dirname(path)))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  return endings
    .filter((ending) => /^\d+$/.test(ending) && numbered(Number(ending)) === ending)
    .map(Number)
    .sort((one, other) => one - other);
}
