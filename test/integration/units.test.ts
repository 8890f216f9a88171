import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemdUnits, type UnitPaths } from '../../src/commands/systemd-unit.ts';
import type { ExecResult } from '../../src/exec.ts';
import { execute } from '../../src/process/execute.ts';
import { ensurePrograms } from './debian-programs.ts';

const plain: UnitPaths = {
  node: process.execPath,
  cli: '/opt/decnet/dist/src/cli.js',
  state: '/srv/fleet/state.json',
};
const hostile: UnitPaths = {
  ...plain,
  cli: '/opt/de cnet/cli.js',
  state: '/srv/our "50%" $fleet/state.json',
};

let folder: string;
let analyze: (...args: readonly string[]) => Promise<ExecResult>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'decnet-units-'));
  const { pathOf, env } = await ensurePrograms('systemd');
  const search = { SYSTEMD_UNIT_PATH: `${folder}:${pathOf('usr/lib/systemd/system')}` };
  analyze = (...args) => execute(pathOf('usr/bin/systemd-analyze'), args, { env: { ...env, ...search } });
  await writeFile(join(folder, 'docker.service'), '[Service]\nExecStart=/bin/true\n');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe.each(Object.entries(systemdUnits))('the unit %s', (name, unitOf) => {
  it.each([
    ['plain', plain],
    ['hostile', hostile],
  ])('is one that systemd takes, without a word, with %s paths', async (kind, paths) => {
    const path = await write(`decnet-${name}-${kind}.service`, unitOf(paths));
    expect(await analyze('verify', '--man=no', path)).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });
});

it('would hear of a unit that is wrong', async () => {
  const wrong = systemdUnits.collect(plain).replace('Restart=always', 'Restart=sometimes');
  const { stderr } = await analyze('verify', '--man=no', await write('wrong.service', wrong));
  expect(stderr).toContain('sometimes');
});

it('exposes as little of the host to the collector as the README says', async () => {
  const path = await write('decnet-collect.service', systemdUnits.collect(plain));
  const args = ['security', '--offline=true', '--no-pager', '--threshold=23', path];
  const { exitCode, stdout } = await analyze(...args);
  expect(stdout).toContain('Overall exposure level for decnet-collect.service: 2.3');
  expect(exitCode).toBe(0);
});
