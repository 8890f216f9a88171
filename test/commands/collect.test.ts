import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { registerCollect } from '../../src/commands/collect.ts';
import { rejection } from '../fakes/bench.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

/** Runs `decnet collect` with a shipper, so that it collects nothing. Answers what was typed, and what it printed. */
async function ship(...args: readonly string[]) {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  registerCollect(program);
  const [collect] = program.commands;
  collect?.exitOverride().configureOutput({ writeErr: () => {} });
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  const typed = ['collect', '--shipper', 'rsyslog', '--to', 'logs.example.com:514', ...args];
  await program.parseAsync(typed, { from: 'user' });
  return { flags: collect?.opts() ?? {}, printed: write.mock.calls.map(([text]) => String(text)).join('') };
}

describe('what is typed after decnet collect', () => {
  it('has a size and a number of files unless they are given', async () => {
    expect((await ship()).flags).toMatchObject({ format: 'rfc5424', maxSize: 100 * 1024 ** 2, keep: 10 });
  });

  it.each([
    ['65536', 65_536],
    ['64k', 65_536],
    ['500K', 512_000],
    ['2g', 2 * 1024 ** 3],
  ])('may be a size of %s', async (size, bytes) => {
    expect((await ship('--max-size', size)).flags).toMatchObject({ maxSize: bytes });
  });

  it.each([
    ...['', '0', '63k', '65535', '-1m', '1.5g', '1t', '1e9', '10m ', '999999999999g'].map((size) => [
      '--max-size',
      size,
    ]),
    ...['0', '-1', '1.5', 'x', '10000', ''].map((count) => ['--keep', count]),
    ['--format', 'cef'],
  ])('is refused where it is %s %j', async (flag, value) => {
    expect(await rejection(ship(`${flag}=${value}`))).toMatchObject({
      code: 'commander.invalidArgument',
      message: expect.stringContaining(flag),
    });
  });

  it.each(['json', 'ecs'])('is refused where a syslog shipper is to ship %s', async (format) => {
    expect(await rejection(ship('--format', format))).toMatchObject({
      code: 'USAGE',
      exitCode: 2,
      message: expect.stringContaining(format),
    });
  });
});

describe('the configuration of a shipper', () => {
  it('is for the file that a collector with the same flags writes: beside the state file', async () => {
    const folder = await temporaryFolder();
    const { printed } = await ship('--state', join(folder, 'decnet-state.json'));
    expect(printed).toContain(join(folder, 'decnet-events.log'));
  });

  it('names the file where a link leads to, since rsyslog does not follow one', async () => {
    const folder = await realpath(await temporaryFolder());
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real/events.log'), '');
    await symlink('real/events.log', join(folder, 'link.log'));
    const { printed } = await ship('--output', join(folder, 'link.log'));
    expect(printed).toContain(join(folder, 'real/events.log'));
    expect(printed).not.toContain('link.log');
  });
});
