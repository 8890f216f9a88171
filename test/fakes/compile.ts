import { execFile } from 'node:child_process';
import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = new URL('../..', import.meta.url).pathname;

/** Compiles a program of the tests with what it imports, for a process of its own. Answers the folder. */
export async function compile(program: URL): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'decnet-program-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const options = {
    noEmit: 'false',
    noCheck: 'true',
    target: 'es2023',
    module: 'nodenext',
    types: 'node',
    skipLibCheck: 'true',
    allowImportingTsExtensions: 'true',
    rewriteRelativeImportExtensions: 'true',
    rootDir: root,
    outDir: folder,
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const tsc = join(root, 'node_modules/.bin/tsc');
  await promisify(execFile)(tsc, ['--ignoreConfig', ...flags, program.pathname]);
  return folder;
}
