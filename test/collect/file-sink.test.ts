import { execFileSync } from 'node:child_process';
import { chmod, open, readdir, readFile, rename, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFileSink, type FileSinkOptions } from '../../src/collect/file-sink.ts';
import type { Sink } from '../../src/collect/sink.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';
import { anEvent } from './an-event.ts';

interface Bench {
  readonly folder: string;
  readonly path: string;
  readonly sink: Sink;
  /** Adds an event for each message, and flushes. */
  write(...messages: readonly string[]): Promise<void>;
  text(name?: string): Promise<string>;
}

async function bench(options: Partial<FileSinkOptions> = {}, content?: string): Promise<Bench> {
  const folder = await temporaryFolder();
  const path = join(folder, 'log');
  if (content !== undefined) await writeFile(path, content);
  const sink = await createFileSink({
    path,
    format: ({ message }) => message,
    maxSize: 1_000_000,
    keep: 3,
    ...options,
  });
  onTestFinished(() => sink.close());
  return {
    folder,
    path,
    sink,
    write: async (...messages) => {
      sink.add(messages.map((message) => anEvent({ message })));
      await sink.flush();
    },
    text: (name = 'log') => readFile(join(folder, name), 'utf8'),
  };
}

describe('the file', () => {
  it('gets a line an event, when they are flushed, and is for the owner alone', async () => {
    const { sink, path, write, text } = await bench();
    sink.add([anEvent({ message: 'a' })]);
    expect(await text()).toBe('');
    await write('b', 'ü');
    await sink.flush();
    expect(await text()).toBe('a\nb\nü\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['half a line', 'one\ntw', 'one\n'],
    ['half a first line', 'on', ''],
    ['half a line of many pieces', `one\n${'x'.repeat(200_000)}`, 'one\n'],
    ['nothing torn', 'one\ntwo\n', 'one\ntwo\n'],
  ])('that a crash left with %s goes on after its last whole one', async (_name, content, whole) => {
    const { write, text } = await bench({}, content);
    await write('next');
    expect(await text()).toBe(`${whole}next\n`);
  });

  it('is followed by another before it is too large, and no line is parted', async () => {
    const { folder, write, text } = await bench({ maxSize: 10, keep: 2 });
    await write('aaaa', 'bbbb', 'cccc');
    expect(await text('log.000001')).toBe('aaaa\nbbbb\n');
    expect(await text()).toBe('cccc\n');
    await write('a line longer than a file', 'd');
    expect(await readdir(folder)).toEqual(['log', 'log.000002', 'log.000003']);
    expect([await text('log.000002'), await text('log.000003'), await text()]).toEqual([
      'cccc\n',
      'a line longer than a file\n',
      'd\n',
    ]);
  });

  it('that is moved away is made again, and is as readable as it was', async () => {
    const { path, write, text } = await bench();
    await write('a');
    await chmod(path, 0o640);
    await rename(path, `${path}.moved`);
    await write('b');
    expect([await text('log.moved'), await text()]).toEqual(['a\n', 'b\n']);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it('is read to its end by whoever has it open while it is rotated', async () => {
    const { path, write } = await bench({ maxSize: 10 });
    await write('aaaa');
    const reader = await open(path);
    onTestFinished(() => reader.close());
    await write('bbbb', 'cccc');
    expect(await reader.readFile('utf8')).toBe('aaaa\nbbbb\n');
  });
});

describe('a disk without room', () => {
  it('has an event wait, which is written once there is room', async () => {
    const { path, write, sink, text } = await bench();
    await unlink(path);
    await symlink('/dev/full', path);
    await expect(write('a')).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(write('b')).rejects.toMatchObject({ code: 'ENOSPC' });
    await unlink(path);
    await sink.flush();
    expect(await text()).toBe('a\nb\n');
  });

  it('that ends within a line leaves whole lines alone', async () => {
    const { write, sink, text } = await bench();
    await write('first');
    limitFiles('100');
    try {
      await expect(write('x'.repeat(60), 'y'.repeat(60))).rejects.toMatchObject({ code: 'EFBIG' });
      expect(await text()).toBe('first\n');
    } finally {
      limitFiles('unlimited');
    }
    await sink.flush();
    expect(await text()).toBe(`first\n${'x'.repeat(60)}\n${'y'.repeat(60)}\n`);
  });
});

/** RLIMIT_FSIZE of this process (getrlimit(2)), bytes: a write beyond it is cut there, as on a full disk. */
function limitFiles(size: string): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${size}:`]);
}
