import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';

it('is put together in tests of the commands that cli.ts has', async () => {
  const registersOf = async (file: string): Promise<readonly string[]> => {
    const text = await readFile(join(packageRoot(), file), 'utf8');
    return [...text.matchAll(/^import \{ (register\w+) \}/gm)].flatMap(([, name]) => name ?? []).sort();
  };
  expect(await registersOf('test/commands/program.ts')).toEqual(await registersOf('src/cli.ts'));
});
