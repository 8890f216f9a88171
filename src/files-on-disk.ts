import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from './errors.ts';
import type { Files } from './files.ts';
import { digestFiles } from './services/templates.ts';
import { writeAtomically } from './state/atomic-write.ts';

export function createFiles(): Files {
  return {
    read: (path) => readFile(path, 'utf8').catch(missing),
    write: async (path, content, mode) => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeAtomically(path, content, mode);
    },
    remove: (path) => rm(path, { recursive: true, force: true }),
    stage,
    digest: digestFolder,
  };
}

// Built beside and renamed in: a kill leaves the old folder, none, or the new one. None is found by its digest.
async function stage(to: string, sources: ReadonlyMap<string, string>): Promise<void> {
  const fresh = `${to}.new`;
  await rm(fresh, { recursive: true, force: true });
  for (const [name, source] of sources) {
    const target = join(fresh, name);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await copyFile(source, target);
  }
  await rm(to, { recursive: true, force: true });
  await rename(fresh, to);
}

async function digestFolder(folder: string): Promise<string | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(missing);
  if (entries === null) return null;
  const files = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), path);
  }
  return digestFiles(files);
}

function missing(error: unknown): null {
  if (hasCode(error, 'ENOENT')) return null;
  throw error;
}
