import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readProcessStat } from '../../src/process/process-stat.ts';
import { acquireLock, type LockOwner, lockHolder } from '../../src/state/lock.ts';
import { rejection } from '../fakes/bench.ts';
import { compile } from '../fakes/compile.ts';

let folder: string;
let lock: string;
let self: LockOwner;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'decnet-test-'));
  lock = join(folder, 'state.lock');
  const startTime = (await readProcessStat(process.pid))?.startTime ?? '';
  self = { pid: process.pid, startTime, bootId: 'boot-1', pidNamespace: '1', command: 'deploy' };
});
afterEach(() => rm(folder, { recursive: true }));

const signal = new AbortController().signal;
const acquire = (over: Partial<LockOwner> = {}, patience = 0) =>
  acquireLock(lock, { command: 'deploy', self: { ...self, ...over }, patience, signal });
const put = (owner: LockOwner) => writeFile(lock, JSON.stringify(owner));

describe('a lock', () => {
  it('names its owner, is for the owner alone to read, and is gone when it is given back', async () => {
    const release = await acquire();
    expect(JSON.parse(await readFile(lock, 'utf8'))).toEqual(self);
    expect((await stat(lock)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['state.lock']);
    expect(await lockHolder(lock, self)).toEqual(self);
    await release();
    expect(await readdir(folder)).toEqual([]);
    expect(await lockHolder(lock, self)).toBeNull();
  });

  it('is refused while its owner lives, with exit code 6 and who that is', async () => {
    await acquire();
    expect(await rejection(acquire({ startTime: self.startTime }))).toMatchObject({
      code: 'LOCKED',
      exitCode: 6,
      message: `decnet deploy (pid ${process.pid}) holds the lock ${lock}`,
    });
  });

  it.each([
    ['below a file', 'note/state.lock'],
    ['in a folder that is not there', 'none/state.lock'],
    ['of a name that no file can have', `${'x'.repeat(300)}.lock`],
  ])('cannot be made %s, and that is no defect: exit code 2', async (_, name) => {
    await writeFile(join(folder, 'note'), '');
    const path = join(folder, name);
    expect(
      await rejection(acquireLock(path, { command: 'deploy', self, patience: 0, signal })),
    ).toMatchObject({ code: 'NO_SUCH_FOLDER', exitCode: 2 });
  });

  it('is waited for as long as patience lasts', async () => {
    const release = await acquire();
    const waiting = acquire({}, 5_000);
    await release();
    await (await waiting)();
  });

  it('stops being waited for when the signal aborts', async () => {
    await acquire();
    const controller = new AbortController();
    const waiting = acquireLock(lock, { command: 'x', self, patience: 5_000, signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is not taken away by a release that comes late, when it is somebody else’s by now', async () => {
    const release = await acquire();
    const other = { ...self, startTime: 'later' };
    await put(other);
    await release();
    expect(JSON.parse(await readFile(lock, 'utf8'))).toEqual(other);
  });
});

describe('a lock is broken', () => {
  it.each<[string, Partial<LockOwner>]>([
    ['when no process has the number', { pid: 2 ** 22 + 1 }],
    ['when the number is another process’s by now', { startTime: '1' }],
    ['when the machine has started again since', { bootId: 'boot-0' }],
  ])('%s', async (_, over) => {
    await put({ ...self, ...over });
    expect(await lockHolder(lock, self)).toBeNull();
    const release = await acquire();
    expect(JSON.parse(await readFile(lock, 'utf8'))).toEqual(self);
    await release();
  });

  it('never when the owner counts its pids in another namespace: it may live there', async () => {
    await put({ ...self, pid: 2 ** 22 + 1, pidNamespace: '2' });
    expect(await rejection(acquire())).toMatchObject({ code: 'LOCKED' });
  });

  it('never when it is not one of ours: it says what to remove', async () => {
    await writeFile(lock, 'PID 7');
    expect(await rejection(acquire())).toMatchObject({
      code: 'LOCK_DAMAGED',
      exitCode: 6,
      hint: `If no decnet runs, remove it: rm ${lock}`,
    });
    expect(await readFile(lock, 'utf8')).toBe('PID 7');
  });

  it('with what a killed process left of its try', async () => {
    await writeFile(`${lock}.${2 ** 22 + 1}`, '{}');
    await writeFile(`${lock}.note`, 'not a candidate');
    const release = await acquire();
    await release();
    expect(await readdir(folder)).toEqual(['state.lock.note']);
  });
});

describe('between processes', () => {
  let programs: string;
  beforeAll(async () => {
    programs = await compile(new URL('./contender.ts', import.meta.url));
  }, 30_000);
  afterAll(() => rm(programs, { recursive: true }));

  const start = (mode: string): ChildProcess => {
    const program = join(programs, 'test/state/contender.js');
    const log = join(folder, 'log');
    return spawn(process.execPath, [program, mode, lock, log], { stdio: ['ignore', 'pipe', 'inherit'] });
  };
  const held = async (): Promise<ChildProcess> => {
    const holder = start('hold');
    if (holder.stdout) await once(holder.stdout, 'data');
    return holder;
  };

  it('a live owner is respected, and one that was killed is not', async () => {
    const holder = await held();
    expect(await rejection(acquire())).toMatchObject({
      code: 'LOCKED',
      message: `decnet test (pid ${holder.pid}) holds the lock ${lock}`,
    });
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
    const release = await acquire();
    await release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('only one is in at a time, though all of them find the lock of a dead one', async () => {
    await put({ ...self, startTime: '1' });
    const contenders = [start('count'), start('count'), start('count')];
    const codes = await Promise.all(contenders.map((contender) => once(contender, 'exit')));
    expect(codes).toEqual([
      [0, null],
      [0, null],
      [0, null],
    ]);
    const lines = (await readFile(join(folder, 'log'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(3 * 3 * 2);
    for (let index = 0; index < lines.length; index += 2) {
      expect(lines[index + 1]).toBe(lines[index]?.replace('in', 'out'));
    }
    expect(await readdir(folder)).toEqual(['log']);
  }, 30_000);
});
