import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Files } from '../../src/files.ts';
import { createFiles } from '../../src/files-on-disk.ts';
import type { Faults } from './faults.ts';

/** The real files, each call counted; half-way they stop as a kill would stop them. */
export function createFakeFiles(faults: Faults): Files {
  const real = createFiles();
  const { look, effect } = faults;
  return {
    read: (path) => look(`files.read ${basename(path)}`, () => real.read(path)),
    digest: (folder) => look(`files.digest ${basename(folder)}`, () => real.digest(folder)),
    write: (path, content, mode) =>
      effect(`files.write ${basename(path)}`, {
        whole: () => real.write(path, content, mode),
        half: () => writeHalf(path, content),
      }),
    remove: (path) =>
      effect(`files.remove ${basename(path)}`, {
        whole: () => real.remove(path),
        half: () => removeHalf(path),
      }),
    stage: (to, sources) =>
      effect(`files.stage ${basename(to)}`, {
        whole: () => real.stage(to, sources),
        half: () => stageHalf(to, sources),
      }),
  };
}

/** What a kill leaves of an atomic write: a part of the temporary file. */
export async function writeHalf(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.tmp`, content.slice(0, content.length / 2));
}

async function removeHalf(path: string): Promise<void> {
  const [first] = await readdir(path).catch(() => []);
  if (first !== undefined) await rm(join(path, first), { recursive: true });
}

/** The old folder is gone and the new one is not whole: the worst that `stage` can leave. */
async function stageHalf(to: string, sources: ReadonlyMap<string, string>): Promise<void> {
  const [first] = sources;
  await mkdir(`${to}.new`, { recursive: true });
  if (first !== undefined) await copyFile(first[1], join(`${to}.new`, first[0]));
  await rm(to, { recursive: true, force: true });
}
