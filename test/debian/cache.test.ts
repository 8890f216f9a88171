import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cached, cacheFolder, hashInputs } from '../../src/debian/cache.ts';

let folder = '';
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'cache-')), 'decnet');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

const build =
  (text: string) =>
  async (work: string): Promise<string> => {
    const path = join(work, 'file');
    await writeFile(path, text);
    return path;
  };

describe('the cache', () => {
  it('lies where XDG says, and in the home folder when that is not absolute', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/decnet');
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative' })).toBe(join(homedir(), '.cache/decnet'));
    expect(cacheFolder({})).toBe(join(homedir(), '.cache/decnet'));
  });

  it('builds once', async () => {
    const path = await cached(folder, 'a', build('first'));
    expect(await cached(folder, 'a', build('second'))).toBe(path);
    expect(await readFile(path, 'utf8')).toBe('first');
  });

  it('keeps nothing of a build that fails', async () => {
    const failing = async (work: string): Promise<string> => {
      await writeFile(join(work, 'half'), '');
      throw new Error('no');
    };
    await expect(cached(folder, 'a', failing)).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual([]);
  });

  it('removes what a killed build left, and leaves one that goes on', async () => {
    await mkdir(join(folder, '.building-4194305-1-x'), { recursive: true });
    let during: readonly string[] = [];
    await cached(folder, 'a', async (work) => {
      await cached(folder, 'b', build('b'));
      during = await readdir(folder);
      return build('a')(work);
    });
    expect(during).toEqual([expect.stringMatching(new RegExp(`^.building-${process.pid}-`)), 'b']);
    expect((await readdir(folder)).sort()).toEqual(['a', 'b']);
  });

  it('lets the first of two equal builds win', async () => {
    const path = await cached(folder, 'a', async (work) => {
      await cached(folder, 'a', async (other) => {
        await mkdir(join(other, 'root/first'), { recursive: true });
        return join(other, 'root');
      });
      await mkdir(join(work, 'root/second'), { recursive: true });
      return join(work, 'root');
    });
    expect(await readdir(path)).toEqual(['first']);
  });

  it('has another name for other inputs', () => {
    expect(hashInputs(['a', 'b'])).toBe(hashInputs(['a', 'b']));
    expect(hashInputs(['a', 'b'])).not.toBe(hashInputs(['ab']));
    expect(hashInputs([1])).toMatch(/^[0-9a-f]{16}$/);
  });
});
