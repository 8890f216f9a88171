import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DecnetError } from '../../src/errors.ts';
import type { Event } from '../../src/events/events.ts';
import { openJournal } from '../../src/events/journal.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'decnet-journal-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const line = (text: string): Event => ({
  type: 'output',
  time: '2025-03-01T12:00:00.000Z',
  step: 'up',
  text,
});
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

it('keeps every event in the order told, across pauses', async () => {
  const folder = join(root, 'runs', 'r1');
  const journal = await openJournal(folder);
  const told = Array.from({ length: 500 }, (_, index) => line(`${index}\n\x1b[2J`));
  for (const [index, event] of told.entries()) {
    journal.listener(event);
    if (index % 97 === 0) await new Promise(setImmediate);
    if (index % 7 === 0) await Promise.resolve();
  }
  await journal.close();
  const lines = (await readFile(join(folder, 'events.ndjson'), 'utf8')).trimEnd().split('\n');
  expect(lines.map((text) => JSON.parse(text))).toEqual(told);
});

it('holds nothing that a terminal would act on, and loses none of it', async () => {
  const text = 'a\u009b31m\x7f\u202e\u2028\ud800';
  const journal = await openJournal(root);
  journal.listener(line(text));
  await journal.close();
  const kept = await readFile(join(root, 'events.ndjson'), 'utf8');
  expect(kept).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(kept)).toEqual(line(text));
});

it('keeps folder and file from others', async () => {
  const folder = join(root, 'r1');
  await mkdir(folder, { mode: 0o755 });
  const journal = await openJournal(folder);
  journal.listener(line('secret'));
  await journal.close();
  expect(await modeOf(folder)).toBe(0o700);
  expect(await modeOf(join(folder, 'events.ndjson'))).toBe(0o600);
});

it('goes on behind half a line that a kill left', async () => {
  await writeFile(join(root, 'events.ndjson'), '{"type":"out');
  const journal = await openJournal(root);
  journal.listener(line('next'));
  await journal.close();
  const lines = (await readFile(join(root, 'events.ndjson'), 'utf8')).split('\n');
  expect(lines).toEqual(['{"type":"out', JSON.stringify(line('next')), '']);
});

it('tells a full disk once, and never the caller', async () => {
  await symlink('/dev/full', join(root, 'events.ndjson'));
  const failures: DecnetError[] = [];
  const journal = await openJournal(root, (error) => failures.push(error));
  for (const text of ['a', 'b', 'c']) {
    journal.listener(line(text));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await journal.close();
  journal.listener(line('late'));
  expect(failures.map((error) => error.code)).toEqual(['JOURNAL_UNUSABLE']);
  expect(failures[0]?.message).toContain('ENOSPC');
});

it('refuses a folder that cannot be made', async () => {
  await writeFile(join(root, 'file'), '');
  await expect(openJournal(join(root, 'file', 'r1'))).rejects.toMatchObject({ code: 'JOURNAL_UNUSABLE' });
});
