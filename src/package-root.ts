import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DecnetError, exitCodes } from './errors.ts';

/** The folder that holds our package.json: the same one seen from `src/` and from `dist/src/`. */
export function packageRoot(from: string = import.meta.url): string {
  let folder = dirname(fileURLToPath(from));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) {
      throw new DecnetError(`no package.json in any folder above ${fileURLToPath(from)}`, {
        code: 'PACKAGE_ROOT_MISSING',
        hint: 'The installation is incomplete; install decnet-engine again.',
        exitCode: exitCodes.bug,
      });
    }
    folder = parent;
  }
  return folder;
}

/** Where services, archetypes, distros and OS families are read from. */
export function templatesFolder(): string {
  return join(packageRoot(), 'templates');
}
