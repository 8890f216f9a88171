import { appendFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { alertLine } from '../../src/alerts/alert.ts';
import { type Batch, openSpool, type Spool } from '../../src/alerts/spool.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';
import { login, logins } from './events.ts';

let folder: string;
let failures: unknown[];
beforeEach(async () => {
  folder = join(await temporaryFolder(), 'spool');
  failures = [];
});

async function open(capacity = 1_000_000): Promise<Spool> {
  const spool = await openSpool(folder, { capacity, onFailure: (error) => failures.push(error) });
  // A kill ends a spool without more ado; here only its file is left to close.
  onTestFinished(() => spool.close());
  return spool;
}

async function put(spool: Spool, from: number, count: number): Promise<boolean> {
  for (const event of logins(from, count)) spool.add(alertLine(event));
  return spool.flush();
}

const numbersOf = (batch: Batch | null) => batch?.alerts.map(({ id }) => Number.parseInt(id, 16)) ?? null;

/** Takes and removes until nothing waits. */
async function drain(spool: Spool, most = 100): Promise<number[]> {
  const numbers: number[] = [];
  for (let batch = await spool.take(most); batch !== null; batch = await spool.take(most)) {
    numbers.push(...(numbersOf(batch) ?? []));
    await spool.remove(batch);
  }
  return numbers;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('what waits', () => {
  it('comes in order, the same ones until they are removed', async () => {
    const spool = await open();
    expect(await spool.take(10)).toBeNull();
    expect(await put(spool, 1, 3)).toBe(true);
    expect(await spool.flush()).toBe(false);
    const batch = await spool.take(2);
    expect(batch).toMatchObject({ dropped: 0, isLast: false });
    expect(numbersOf(batch)).toEqual([1, 2]);
    expect(numbersOf(await spool.take(2))).toEqual([1, 2]);
    if (batch !== null) await spool.remove(batch);
    expect(await spool.take(2)).toMatchObject({ alerts: [{ username: 'root' }], isLast: true });
    expect(await drain(spool)).toEqual([3]);
    expect(await readdir(folder)).toEqual(['position.json']);
    expect(failures).toEqual([]);
  });

  it('is for its owner alone', async () => {
    const spool = await open();
    await put(spool, 1, 2);
    await spool.take(1);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const names = await readdir(folder);
    expect(names).toEqual(['00000001.ndjson', 'position.json']);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it('goes in batches of 64 kB and over as many files as it needs, each of which goes when it is done', async () => {
    const spool = await open(10_000_000);
    for (const number of upTo(400)) {
      spool.add(alertLine(login(number, { fields: { username: 'u'.repeat(8_000) } })));
      if (number % 50 === 0) await spool.flush();
    }
    expect((await readdir(folder)).length).toBe(3);
    const first = await spool.take(100);
    expect(first?.alerts.length).toBe(7);
    if (first !== null) await spool.remove(first);
    expect(await drain(spool)).toEqual(upTo(400).slice(7));
    expect(await readdir(folder)).toEqual(['position.json']);
  });

  it('is there after it is opened again, with the batch that was under way', async () => {
    const spool = await open();
    await put(spool, 1, 5);
    const first = await spool.take(2);
    if (first !== null) await spool.remove(first);
    expect(numbersOf(await spool.take(2))).toEqual([3, 4]);
    await put(spool, 6, 1);
    await spool.close();

    const again = await open();
    await put(again, 7, 1);
    expect(numbersOf(await again.take(100))).toEqual([3, 4]);
    expect(await drain(again)).toEqual([3, 4, 5, 6, 7]);
  });

  it('is delivered from the start where the record of how far it was is damaged', async () => {
    const spool = await open();
    await put(spool, 1, 2);
    const first = await spool.take(1);
    if (first !== null) await spool.remove(first);
    await writeFile(join(folder, 'position.json'), '{"segment":-1');
    expect(await drain(await open())).toEqual([1, 2]);
  });
});

describe('a kill', () => {
  it('in the middle of a write costs the line that it tore and no other', async () => {
    const spool = await open();
    await put(spool, 1, 2);
    await appendFile(join(folder, '00000001.ndjson'), alertLine(login(3)).slice(0, 80));
    const again = await open();
    await put(again, 4, 2);
    expect(await drain(again)).toEqual([1, 2, 4, 5]);
    expect(failures).toEqual([]);
  });

  it('that left nothing but a torn line leaves nothing that waits', async () => {
    await put(await open(), 1, 1);
    await truncate(join(folder, '00000001.ndjson'), 40);
    const again = await open();
    expect(await again.take(100)).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });

  it('after all was delivered leaves no number that would be passed over', async () => {
    const spool = await open();
    await put(spool, 1, 2);
    await drain(spool);
    const again = await open();
    await put(again, 3, 2);
    expect(await drain(again)).toEqual([3, 4]);
  });
});

describe('what is not kept', () => {
  const size = Buffer.byteLength(alertLine(login(1))) + 1;

  it('is what there is no room for: counted, told with the next batch until that has arrived', async () => {
    const spool = await open(size * 3);
    await put(spool, 1, 5);
    expect(await spool.take(2)).toMatchObject({ dropped: 2 });
    spool.add(alertLine(login(6)));
    const batch = await spool.take(2);
    expect(batch).toMatchObject({ dropped: 2 });
    if (batch !== null) await spool.remove(batch);
    await put(spool, 7, 1);
    const next = await spool.take(2);
    expect(numbersOf(next)).toEqual([3, 7]);
    expect(next).toMatchObject({ dropped: 1 });
    if (next !== null) await spool.remove(next);
    await put(spool, 8, 1);
    expect(await spool.take(2)).toMatchObject({ dropped: 0 });
  });

  it('is counted over a restart', async () => {
    const spool = await open(size);
    await put(spool, 1, 4);
    await spool.close();
    expect(await (await open(size)).take(10)).toMatchObject({ dropped: 3 });
  });

  it('is a batch that was given up', async () => {
    const spool = await open();
    await put(spool, 1, 3);
    const batch = await spool.take(2);
    if (batch !== null) await spool.remove(batch, 'lost');
    const next = await spool.take(2);
    expect(numbersOf(next)).toEqual([3]);
    expect(next).toMatchObject({ dropped: 2 });
  });

  it('is what the disk does not take; afterwards it goes on', async () => {
    const spool = await open();
    await rm(folder, { recursive: true });
    expect(await put(spool, 1, 2)).toBe(false);
    expect(failures).toMatchObject([{ code: 'ENOENT' }]);
    await open();
    expect(await put(spool, 3, 1)).toBe(true);
    const batch = await spool.take(10);
    expect(numbersOf(batch)).toEqual([3]);
    expect(batch).toMatchObject({ dropped: 2 });
  });

  it('is what somebody has cut or removed under it', async () => {
    const spool = await open();
    await put(spool, 1, 2);
    await rm(join(folder, '00000001.ndjson'));
    expect(await spool.take(10)).toBeNull();
    await put(spool, 3, 1);
    expect(await drain(spool)).toEqual([3]);
  });
});
