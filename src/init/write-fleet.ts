import { link, lstat, rename, unlink, writeFile } from 'node:fs/promises';
import { DecnetError, exitCodes, hasCode } from '../errors.ts';

/** Rejects with `FLEET_EXISTS` where something is in the way of a fleet file: before anybody is asked anything. */
export async function requireFree(path: string, isForced: boolean): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null || (isForced && found.isFile())) return;
  throw isForced ? unwritable(path, new Error('it is no ordinary file')) : exists(path);
}

/** Writes a fleet file whole or not at all; one that is there only goes when `isForced`. */
export async function writeFleet(path: string, text: string, isForced: boolean): Promise<void> {
  await requireFree(path, isForced);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    // link(2) never replaces: a file that came to be a moment ago stays.
    await (isForced ? rename(temporary, path) : link(temporary, path));
  } catch (error) {
    throw hasCode(error, 'EEXIST') ? exists(path) : unwritable(path, error);
  } finally {
    await unlink(temporary).catch(() => {});
  }
}

function exists(path: string): DecnetError {
  return new DecnetError(`${path} is there already`, {
    code: 'FLEET_EXISTS',
    hint: 'Name another file, or replace it with --force.',
    exitCode: exitCodes.usage,
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EACCES: 'writing there is not allowed',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no room is left',
};

function unwritable(path: string, cause: unknown): DecnetError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new DecnetError(`${path} cannot be written: ${why}`, {
    code: 'FLEET_UNWRITABLE',
    hint: 'Name a file in a folder that can be written, or - to print it.',
    exitCode: exitCodes.usage,
    cause,
  });
}
