import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rotate } from '../../src/collect/rotate.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

/** A folder with these files, each with its own name as content at first. */
async function folderWith(...names: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of names) await writeFile(join(folder, name), name);
  return folder;
}

async function contents(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const pairs = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

describe('a rotation', () => {
  it('moves the file alone, behind the newest that was moved before', async () => {
    const folder = await folderWith('log', 'log.000008', 'log.000009');
    await rotate(join(folder, 'log'), 5);
    expect(await contents(folder)).toEqual({
      'log.000008': 'log.000008',
      'log.000009': 'log.000009',
      'log.000010': 'log',
    });
  });

  it('lets the oldest go when there are as many as are kept, or more', async () => {
    const folder = await folderWith('log', 'log.000001', 'log.000002', 'log.000003');
    await rotate(join(folder, 'log'), 2);
    expect(await contents(folder)).toEqual({ 'log.000003': 'log.000003', 'log.000004': 'log' });
  });

  it('keeps one, and never gives a name twice', async () => {
    const folder = await folderWith('log');
    for (const name of ['log.000001', 'log.000002', 'log.000003']) {
      await writeFile(join(folder, 'log'), 'next');
      await rotate(join(folder, 'log'), 1);
      expect(await readdir(folder)).toEqual([name]);
    }
  });

  it('touches no file of another name', async () => {
    const others = ['log.1', 'log.000001.gz', 'log.lock', 'log.position', 'logs.000001', 'log.0000000001'];
    const folder = await folderWith('log', ...others);
    await rotate(join(folder, 'log'), 1);
    expect(Object.keys(await contents(folder)).sort()).toEqual([...others, 'log.000001'].sort());
  });

  it('goes on to count where six digits end', async () => {
    const folder = await folderWith('log', 'log.999999', 'log.1000000');
    await rotate(join(folder, 'log'), 2);
    expect(await contents(folder)).toEqual({ 'log.1000000': 'log.1000000', 'log.1000001': 'log' });
  });
});
