import { readFile } from 'node:fs/promises';
import type { Container } from '../docker/docker.ts';
import { hasCode } from '../errors.ts';
import { statePathOf } from '../state/paths.ts';

/**
 * Compose puts the project's folder on every container, and does not count it as a part of the definition: unlike a
 * label of ours it may change, as when the folder is moved, and no container is made anew for it.
 */
const folderLabel = 'com.docker.compose.project.working_dir';

/**
 * The state files that a deployment was made under. The note of its last command, which a reboot takes, comes first:
 * containers that were taken over keep the folder that they were made in.
 */
export async function stateFilesOf(
  containers: readonly Container[],
  note: string,
): Promise<readonly string[]> {
  const folders = containers.flatMap(({ labels }) => labels[folderLabel] ?? []);
  const told = folders.flatMap((folder) => statePathOf(folder) ?? []);
  const noted = await readNote(note);
  return [...new Set(noted === null ? told : [noted, ...told])];
}

async function readNote(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim() || null;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
