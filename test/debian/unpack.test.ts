import { lstat, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { linkMergedUsr, unpackPackages } from '../../src/debian/unpack.ts';
import { pipe } from '../../src/process/pipe.ts';

const { signal } = new AbortController();
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unpack-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('keeps the links of a merged /usr, and leaves documentation out', async () => {
  const packed = join(folder, 'packed');
  await mkdir(join(packed, 'bin'), { recursive: true });
  await mkdir(join(packed, 'usr/share/doc/tool'), { recursive: true });
  await writeFile(join(packed, 'bin/tool'), 'tool');
  await writeFile(join(packed, 'usr/share/doc/tool/README'), 'long');
  const root = join(folder, 'root');
  await mkdir(root);
  await linkMergedUsr(root);
  // dpkg-deb is played by tar: what matters is how its output is taken.
  const played = (from: readonly string[], to: readonly [string, ...string[]]): Promise<void> =>
    pipe(['tar', '-c', '-C', from.at(-1) ?? '', './bin', './usr'], to, signal);
  await unpackPackages(played, [packed], root, signal);
  expect(await readlink(join(root, 'bin'))).toBe('usr/bin');
  expect(await readFile(join(root, 'usr/bin/tool'), 'utf8')).toBe('tool');
  await expect(lstat(join(root, 'usr/share/doc/tool'))).rejects.toThrow('ENOENT');
});

it('asks dpkg-deb for every package, and stops at the first that fails', async () => {
  const asked: string[] = [];
  await unpackPackages(
    async (from) => void asked.push(from.join(' ')),
    ['a.deb', 'b.deb', 'c.deb'],
    folder,
    signal,
  );
  expect(asked).toEqual(['a.deb', 'b.deb', 'c.deb'].map((name) => `dpkg-deb --fsys-tarfile ${name}`));
  await expect(
    unpackPackages(() => Promise.reject(new Error('bad')), ['a.deb'], folder, signal),
  ).rejects.toThrow('bad');
});
