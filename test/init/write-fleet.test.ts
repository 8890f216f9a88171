import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { init } from '../../src/commands/init-action.ts';
import { requireFree, writeFleet } from '../../src/init/write-fleet.ts';
import { rejection } from '../fakes/bench.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

async function place(): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = await temporaryFolder();
  return { folder, file: join(folder, 'fleet.yaml') };
}

const refused = { code: 'FLEET_EXISTS', exitCode: 2, hint: expect.stringContaining('--force') };

describe('a fleet file', () => {
  it('is written, and nothing beside it', async () => {
    const { folder, file } = await place();
    await writeFleet(file, 'name: office\n', false);
    expect(await readFile(file, 'utf8')).toBe('name: office\n');
    expect(await readdir(folder)).toEqual(['fleet.yaml']);
  });

  it('is not overwritten, and that is said before anything else is done', async () => {
    const { folder, file } = await place();
    await writeFile(file, 'mine');
    expect(await rejection(requireFree(file, false))).toMatchObject(refused);
    expect(await rejection(writeFleet(file, 'new', false))).toMatchObject(refused);
    // By the command itself, even though what it was told is wrong, too.
    expect(await rejection(init(file, { archetype: ['none'] }))).toMatchObject(refused);
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect(await readdir(folder)).toEqual(['fleet.yaml']);
  });

  it('is replaced when that is asked for', async () => {
    const { folder, file } = await place();
    await writeFile(file, 'mine');
    await writeFleet(file, 'new', true);
    expect(await readFile(file, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['fleet.yaml']);
  });

  it('is written by one of several that try at once, and whole', async () => {
    const { folder, file } = await place();
    const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(100_000));
    const results = await Promise.allSettled(texts.map((text) => writeFleet(file, text, false)));
    const won = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [texts[index]] : []));
    expect(won.length).toBeLessThanOrEqual(1);
    for (const name of await readdir(folder))
      expect([name, won[0]]).toEqual(['fleet.yaml', await readFile(file, 'utf8')]);
  });

  it.each([true, false])('does not go through a link, dangling or not (forced: %s)', async (isForced) => {
    const { folder, file } = await place();
    await writeFile(join(folder, 'other'), 'theirs');
    for (const target of ['other', 'nowhere']) {
      const link = join(folder, `to-${target}`);
      await symlink(join(folder, target), link);
      const error = await rejection(writeFleet(link, 'new', isForced));
      expect(error).toMatchObject({ code: isForced ? 'FLEET_UNWRITABLE' : 'FLEET_EXISTS', exitCode: 2 });
    }
    expect(await readFile(join(folder, 'other'), 'utf8')).toBe('theirs');
    expect(await readdir(folder)).toEqual(['other', 'to-nowhere', 'to-other']);
    expect(await rejection(readFile(file))).toMatchObject({ code: 'ENOENT' });
  });

  it('does not replace a folder', async () => {
    const { folder, file } = await place();
    await mkdir(file);
    expect(await rejection(writeFleet(file, 'new', true))).toMatchObject({
      code: 'FLEET_UNWRITABLE',
      message: `${file} cannot be written: it is no ordinary file`,
    });
    expect(await readdir(folder)).toEqual(['fleet.yaml']);
  });

  it.each([
    ['a folder that is not there', 'none/fleet.yaml', 'there is no such folder'],
    ['a file', 'note/fleet.yaml', 'there is no such folder'],
    ['a folder, by a name that no file can have', `${'x'.repeat(300)}.yaml`, 'ENAMETOOLONG'],
  ])('in %s cannot be written: why is said, with exit code 2', async (_, name, why) => {
    const { folder } = await place();
    await writeFile(join(folder, 'note'), '');
    expect(await rejection(writeFleet(join(folder, name), 'new', false))).toMatchObject({
      code: 'FLEET_UNWRITABLE',
      exitCode: 2,
      message: expect.stringContaining(why),
    });
    expect(await readdir(folder)).toEqual(['note']);
  });
});
