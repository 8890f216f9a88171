import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker, run, succeed } from './on-lab.ts';

/** An image that is none of ours: two programs of this machine with the libraries that they need. */
export const foreignImage = 'somebody/else:1';

/** Makes the image where it is not there yet. */
export async function ensureForeignImage(): Promise<void> {
  const { exitCode } = await run('host', 'docker', 'image', 'inspect', foreignImage);
  if (exitCode === 0) return;
  const programs = ['/usr/bin/sleep', '/usr/bin/dd'];
  const libraries = (await succeed('host', 'ldd', ...programs)).match(/\/\S+\.so\S*/g) ?? [];
  const files = [...new Set([...programs, ...libraries])];
  await importTree((archive) =>
    succeed('host', 'tar', '--create', '--dereference', '--file', archive, '--directory', '/', ...files),
  );
}

async function importTree(pack: (archive: string) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'decnet-foreign-'));
  try {
    const archive = join(folder, 'root.tar');
    await pack(archive);
    await docker('import', '--change', 'CMD ["/usr/bin/sleep","infinity"]', archive, foreignImage);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** An image whose program is for no processor that there is. */
export async function importBrokenProgram(tag: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'decnet-foreign-'));
  try {
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin/program'), '\u007fELF of another planet', { mode: 0o755 });
    const archive = join(folder, 'root.tar');
    await succeed('host', 'tar', '--create', '--file', archive, '--directory', folder, 'bin');
    await docker('import', '--change', 'CMD ["/bin/program"]', archive, tag);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Removes Docker objects whether they are there or not. */
export async function removeForeign(names: {
  readonly containers?: readonly string[];
  readonly networks?: readonly string[];
  readonly images?: readonly string[];
  readonly links?: readonly string[];
}): Promise<void> {
  for (const name of names.containers ?? []) await run('host', 'docker', 'rm', '--force', name);
  for (const name of names.networks ?? []) await run('host', 'docker', 'network', 'rm', name);
  for (const name of names.images ?? []) await run('host', 'docker', 'image', 'rm', '--force', name);
  for (const name of names.links ?? []) await run('host', 'ip', 'link', 'delete', name);
}
