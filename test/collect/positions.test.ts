import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPositions, type Positions, savePositions } from '../../src/collect/positions.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

const mark = { time: '2026-01-01T00:00:00.000000001Z', count: 2 };
const positions: Positions = new Map([
  ['c1', { stdout: mark }],
  ['c2', { stdout: mark, stderr: { ...mark, count: 1 } }],
  ['c3', {}],
]);

describe('positions', () => {
  it('are read as they were saved, from a file that is for the owner alone', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'log.position');
    await savePositions(path, new Map());
    await savePositions(path, positions);
    expect(await loadPositions(path)).toEqual({ positions, damage: null });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['log.position']);
    expect(await readFile(path, 'utf8')).toMatch(/^\{"format":1,.*\}\n$/);
  });

  it('are none where there is no file', async () => {
    const path = join(await temporaryFolder(), 'log.position');
    expect(await loadPositions(path)).toEqual({ positions: new Map(), damage: null });
  });

  it.each([
    ['nothing', ''],
    ['half of it', '{"format":1,"contain'],
    ['another format', '{"format":2,"containers":{}}'],
    ['a time that is none', '{"format":1,"containers":{"c1":{"stdout":{"time":"x","count":1}}}}'],
    ['a count of nothing', `{"format":1,"containers":{"c1":{"stdout":{"time":"${mark.time}","count":0}}}}`],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
  ])('are none, with a reason, where the file has %s', async (_name, content) => {
    const path = join(await temporaryFolder(), 'log.position');
    await writeFile(path, content);
    const { positions: found, damage } = await loadPositions(path);
    expect(found.size).toBe(0);
    expect(damage).toMatch(/./);
  });

  it('that cannot be read are not taken for none', async () => {
    const path = join(await temporaryFolder(), 'log.position');
    await mkdir(path);
    await expect(loadPositions(path)).rejects.toThrow('EISDIR');
  });
});
