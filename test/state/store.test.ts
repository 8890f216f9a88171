import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAtomically } from '../../src/state/atomic-write.ts';
import { type Paths, pathsOf } from '../../src/state/paths.ts';
import { openStore } from '../../src/state/store.ts';
import { rejection } from '../fakes/bench.ts';
import { aRun, aState } from '../fakes/states.ts';

const host = { hostname: 'sensor', machineId: 'machine-1', bootId: 'boot-1' };
let folder: string;
let paths: Paths;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'decnet-test-'));
  paths = pathsOf(join(folder, 'decnet-state.json'));
});
afterEach(() => rm(folder, { recursive: true }));

const onDisk = async () => JSON.parse(await readFile(paths.state, 'utf8'));

describe('the store', () => {
  it('writes nothing until something is to be kept', async () => {
    const store = await openStore(paths, host);
    await store.keepBackup();
    expect(await readdir(folder)).toEqual([]);
  });

  it('counts every write, and is the same in memory and on disk', async () => {
    const store = await openStore(paths, host);
    await store.update((state) => state);
    await store.update((state) => ({ ...state, run: aRun() }));
    expect(store.current()).toMatchObject({ serial: 2, host: { hostname: 'sensor' }, run: { id: 'run-1' } });
    expect(await onDisk()).toEqual(store.current());
    expect((await openStore(paths, host)).current()).toEqual(store.current());
  });

  it('lets nobody but the owner read it: 0600', async () => {
    await writeFile(paths.state, JSON.stringify(aState()), { mode: 0o644 });
    const store = await openStore(paths, host);
    await store.update((state) => state);
    expect((await stat(paths.state)).mode & 0o777).toBe(0o600);
  });

  it('takes updates that come at the same time one after the other, and loses none', async () => {
    const store = await openStore(paths, host);
    await store.update((state) => ({ ...state, run: aRun() }));
    const add = (text: string) =>
      store.update((state) => ({
        ...state,
        run: state.run && { ...state.run, id: `${state.run.id}${text}` },
      }));
    await Promise.all(['a', 'b', 'c', 'd'].map(add));
    expect(await onDisk()).toMatchObject({ serial: 5, run: { id: 'run-1abcd' } });
  });

  it('stays as it was when a write fails, and goes on with the next', async () => {
    const store = await openStore(paths, host);
    await store.update((state) => state);
    await rm(folder, { recursive: true });
    expect(await rejection(store.update((state) => state))).toMatchObject({
      code: 'STATE_UNWRITABLE',
      exitCode: 1,
      message: expect.stringContaining(paths.state),
    });
    expect(store.current().serial).toBe(1);
    await mkdir(folder);
    await store.update((state) => state);
    expect(await onDisk()).toMatchObject({ serial: 2 });
  });

  it('keeps the file as it stood as the backup, and replaces an older one', async () => {
    const store = await openStore(paths, host);
    for (const serial of [1, 3]) {
      await store.update((state) => state);
      await store.keepBackup();
      await store.update((state) => state);
      expect(JSON.parse(await readFile(paths.backup, 'utf8'))).toMatchObject({ serial });
    }
    expect(await onDisk()).toMatchObject({ serial: 4 });
  });

  it('keeps a backup that whatever damages the file in its place leaves whole', async () => {
    const store = await openStore(paths, host);
    await store.update((state) => state);
    await store.keepBackup();
    await truncate(paths.state);
    expect(JSON.parse(await readFile(paths.backup, 'utf8'))).toEqual(store.current());
    expect((await stat(paths.backup)).mode & 0o777).toBe(0o600);
  });

  it('removes state and backup when nothing is on the wire, and what a kill left of a write', async () => {
    const store = await openStore(paths, host);
    await store.update((state) => state);
    await store.keepBackup();
    await store.discard();
    expect(store.current()).toMatchObject({ serial: 0, run: null });
    for (const path of [paths.state, paths.backup]) await writeFile(`${path}.tmp`, '{ half');
    await openStore(paths, host);
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a damaged file, or sets it aside when told to', async () => {
    await writeFile(paths.state, '{ half');
    expect(await rejection(openStore(paths, host))).toMatchObject({ code: 'STATE_DAMAGED' });
    const store = await openStore(paths, host, 'set-aside');
    expect(store.current().run).toBeNull();
    expect(await readdir(folder)).toEqual(['decnet-state.json.damaged']);
  });

  it('never sets aside what is only newer, or of another host', async () => {
    await writeFile(paths.state, '{ "format": 99 }');
    expect(await rejection(openStore(paths, host, 'set-aside'))).toMatchObject({ code: 'STATE_NEWER' });
    await writeFile(paths.state, JSON.stringify(aState({ host: { hostname: 'x', machineId: 'y' } })));
    expect(await rejection(openStore(paths, host, 'set-aside'))).toMatchObject({ code: 'STATE_FOREIGN' });
    expect(await readdir(folder)).toEqual(['decnet-state.json']);
  });
});

describe('an atomic write', () => {
  it('replaces the whole content with the mode that was asked for', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'old and longer', { mode: 0o644 });
    await writeAtomically(path, 'new', 0o600);
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('leaves the old content and no temporary file when it fails', async () => {
    const path = join(folder, 'file');
    await mkdir(join(path, 'in-the-way'), { recursive: true });
    await expect(writeAtomically(path, 'new', 0o600)).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('is never seen half by somebody who reads meanwhile', async () => {
    const path = join(folder, 'file');
    const contents = ['a', 'b'].map((letter) => letter.repeat(200_000));
    await writeAtomically(path, contents[0] ?? '', 0o600);
    const seen = new Set<string>();
    let isDone = false;
    const reading = (async () => {
      while (!isDone) seen.add(await readFile(path, 'utf8'));
    })();
    for (let round = 0; round < 20; round += 1) await writeAtomically(path, contents[round % 2] ?? '', 0o600);
    isDone = true;
    await reading;
    expect([...seen].every((text) => contents.includes(text))).toBe(true);
  });
});
