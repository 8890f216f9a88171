import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pipe } from '../../src/process/pipe.ts';

const { signal } = new AbortController();

it('feeds one program to the other, whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pipe-'));
  const copy = join(folder, 'copy');
  await pipe(['head', '-c', '20000000', '/dev/zero'], ['tee', copy], signal);
  expect((await readFile(copy)).length).toBe(20_000_000);
  await rm(folder, { recursive: true });
});

it('tells which program failed, in its own words', async () => {
  const first = pipe(['ls', '/no/such/place'], ['cat'], signal);
  await expect(first).rejects.toMatchObject({
    code: 'PIPE_FAILED',
    message: expect.stringContaining('No such file'),
  });
  const second = pipe(['echo', 'a'], ['cat', '/no/such/place'], signal);
  await expect(second).rejects.toMatchObject({
    code: 'PIPE_FAILED',
    message: expect.stringContaining('No such file'),
  });
  await expect(pipe(['echo'], ['no-such-program'], signal)).rejects.toMatchObject({ code: 'PIPE_FAILED' });
});

it('ends both on abort', async () => {
  const controller = new AbortController();
  const running = pipe(['sleep', '60'], ['sleep', '60'], controller.signal);
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: 'ABORTED' });
});
