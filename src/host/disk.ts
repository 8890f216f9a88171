import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes free for root below a path; the nearest folder that exists counts. */
export async function freeBytes(path: string): Promise<number> {
  try {
    const { bfree, bsize } = await statfs(path);
    return bfree * bsize;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || dirname(path) === path) throw error;
    return freeBytes(dirname(path));
  }
}
