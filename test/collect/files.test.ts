import { execFileSync } from 'node:child_process';
import { mkdir, readdir, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectFiles } from '../../src/collect/files.ts';
import { rejection } from '../fakes/bench.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

describe('the files of a collector', () => {
  it('lie beside the log, which is made where there is none', async () => {
    const folder = await realpath(await temporaryFolder());
    const log = join(folder, 'events.log');
    expect(await collectFiles(log)).toEqual({
      log,
      position: `${log}.position`,
      lock: `${log}.lock`,
      alerts: `${log}.alerts`,
    });
    expect(await readdir(folder)).toEqual(['events.log']);
    expect((await stat(log)).mode & 0o777).toBe(0o600);
  });

  it('are those of the file that a link leads to: one file has one lock', async () => {
    const folder = await realpath(await temporaryFolder());
    await writeFile(join(folder, 'events.log'), 'kept\n');
    await symlink('events.log', join(folder, 'link'));
    expect(await collectFiles(join(folder, 'link'))).toEqual(await collectFiles(join(folder, 'events.log')));
  });

  it.each([
    ['a folder', 'folder', 'it is a folder'],
    ['a place in no folder', 'nowhere/events.log', 'there is no such folder'],
    ['a place in a file', 'file/events.log', 'there is no such folder'],
    ['a pipe', 'pipe', 'it is no regular file'],
  ])('are not made of %s', async (_what, name, why) => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'file'), '');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await rejection(collectFiles(join(folder, name)))).toMatchObject({
      code: 'OUTPUT_INVALID',
      exitCode: 2,
      message: expect.stringContaining(why),
      hint: expect.stringContaining('--output'),
    });
  });

  it('are refused where they may not be written', async () => {
    // Whoever runs the tests: nobody may make a file there.
    expect(await rejection(collectFiles('/proc/sys/events.log'))).toMatchObject({
      code: expect.stringMatching(/^OUTPUT_/),
      message: expect.stringContaining('/proc/sys/events.log'),
    });
  });
});
