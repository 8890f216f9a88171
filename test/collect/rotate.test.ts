import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
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
  it('moves each file on by one', async () => {
    const folder = await folderWith('log', 'log.1', 'log.2', 'log.other');
    await rotate(join(folder, 'log'), 5);
    expect(await contents(folder)).toEqual({
      'log.1': 'log',
      'log.2': 'log.1',
      'log.3': 'log.2',
      'log.other': 'log.other',
    });
  });

  it('lets the oldest go when there are as many as are kept', async () => {
    const folder = await folderWith('log', 'log.1', 'log.2');
    await rotate(join(folder, 'log'), 2);
    expect(await contents(folder)).toEqual({ 'log.1': 'log', 'log.2': 'log.1' });
  });

  it('keeps one', async () => {
    const folder = await folderWith('log', 'log.1');
    await rotate(join(folder, 'log'), 1);
    expect(await contents(folder)).toEqual({ 'log.1': 'log' });
  });

  it('that died anywhere is made up for by the next: nothing is lost, moved twice or written over', async () => {
    const full = ['log', 'log.1', 'log.2', 'log.3'];
    // After the oldest went, and after each move.
    for (let moves = 0; moves <= 3; moves += 1) {
      const folder = await folderWith('log', 'log.1', 'log.2');
      for (const [from, to] of [
        ['log.2', 'log.3'],
        ['log.1', 'log.2'],
        ['log', 'log.1'],
      ].slice(0, moves)) {
        await rename(join(folder, from ?? ''), join(folder, to ?? ''));
      }
      // Whoever writes makes a new file where there is none.
      if (moves === 3) await writeFile(join(folder, 'log'), 'next');
      await rotate(join(folder, 'log'), 3);
      const kept = moves === 3 ? ['next', 'log', 'log.1'] : ['log', 'log.1', 'log.2'];
      expect(Object.keys(await contents(folder))).toEqual(full.slice(1, 4));
      expect(Object.values(await contents(folder))).toEqual(kept);
    }
  });
});
