import { readFile } from 'node:fs/promises';

/**
 * What a base says of itself, by the name of an abstract Unix socket in its network namespace (templates/runtime/
 * marks.py): the rest of the name after what it is about; null when it says nothing, or is gone.
 */
export async function readMark(pid: number, about: 'egress' | 'announced'): Promise<string | null> {
  const sockets = await readFile(`/proc/${pid}/net/unix`, 'utf8').catch(() => '');
  return new RegExp(` @decnet-${about}-(\\S+)$`, 'm').exec(sockets)?.[1] ?? null;
}
