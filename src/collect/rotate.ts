import { existsSync } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../state/atomic-write.ts';

/**
 * Moves `path` to `path.1`, what was there to `path.2`, and so on; of more than `keep`, the oldest goes. The files move
 * as they are, so that whoever has one open reads it to its end. If we die in between, a number is missing, which the
 * next time fills; no file is ever written over, and none is moved twice.
 */
export async function rotate(path: string, keep: number): Promise<void> {
  const nameOf = (number: number): string => (number === 0 ? path : `${path}.${number}`);
  const numbers = Array.from({ length: keep }, (_, index) => index + 1);
  const free = numbers.find((number) => !existsSync(nameOf(number)));
  if (free === undefined) await unlink(nameOf(keep));
  for (let number = (free ?? keep) - 1; number >= 0; number -= 1) {
    await rename(nameOf(number), nameOf(number + 1));
  }
  await syncFolder(dirname(path));
}
