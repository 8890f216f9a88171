import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Paths, pathsOf } from '../../src/state/paths.ts';
import { readState } from '../../src/state/read.ts';
import { rejection } from '../fakes/bench.ts';
import { aRun, aState, aStep } from '../fakes/states.ts';

const host = { hostname: 'sensor', machineId: 'machine-1', bootId: 'boot-1' };
let folder: string;
let paths: Paths;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'decnet-test-'));
  paths = pathsOf(join(folder, 'decnet-state.json'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (data: unknown) => writeFile(paths.state, JSON.stringify(data));

it('is null where no file is', async () => {
  expect(await readState(paths, host)).toBeNull();
});

it('is what was written', async () => {
  const state = aState({ run: aRun({ steps: [aStep('network', { status: 'done' })] }) });
  await put(state);
  expect(await readState(paths, host)).toEqual(state);
});

it('reads a file of format 1 as decnet has written it once', async () => {
  const example = new URL('format-1.json', import.meta.url).pathname;
  const state = await readState(pathsOf(example), host);
  expect(state?.run).toMatchObject({ status: 'failed', name: 'office', fleetFile: '/srv/fleet.yaml' });
  expect(state?.run?.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'preflight done',
    'network done',
    'host-bridge done',
    'logging-sync done',
    'compose-gen done',
    'state-save done',
    'build done',
    'up failed',
    'verify pending',
  ]);
  expect(state?.deployment?.routes).toEqual(['198.51.100.70/32', '198.51.100.71/32']);
});

describe('a file that cannot be used', () => {
  it.each<[string, string, string, string]>([
    ['bad JSON', '{ "format": 1,', 'STATE_DAMAGED', 'decnet-state.json.backup'],
    ['an empty file', '', 'STATE_DAMAGED', 'decnet-state.json.backup'],
    ['no format', '{}', 'STATE_DAMAGED', 'decnet-state.json.backup'],
    ['a wrong shape', '{ "format": 1, "serial": "x" }', 'STATE_DAMAGED', 'decnet-state.json.backup'],
    ['an older format than there ever was', '{ "format": 0 }', 'STATE_DAMAGED', 'decnet-state.json.backup'],
    ['a newer format', '{ "format": 2, "whatever": true }', 'STATE_NEWER', 'Upgrade decnet.'],
  ])('is refused with exit code 4 and left as it is: %s', async (_, text, code, hint) => {
    await writeFile(paths.state, text);
    await writeFile(paths.backup, '{}');
    expect(await rejection(readState(paths, host))).toMatchObject({
      code,
      exitCode: 4,
      message: expect.stringContaining(paths.state),
      hint: expect.stringContaining(hint),
    });
    expect(await readFile(paths.state, 'utf8')).toBe(text);
  });

  it('has no backup named where there is none', async () => {
    await writeFile(paths.state, '');
    expect(await rejection(readState(paths, host))).toMatchObject({
      hint: 'It was left as it is. Take the deployment down by its marks: decnet teardown --name NAME',
    });
  });

  it('is that of another host, and both are named', async () => {
    await put(aState());
    const other = { ...host, hostname: 'laptop', machineId: 'machine-2' };
    expect(await rejection(readState(paths, other))).toMatchObject({
      code: 'STATE_FOREIGN',
      exitCode: 4,
      message: expect.stringMatching(/belongs to host sensor, and this is laptop/),
    });
  });

  it('is one that may not be read, or is no file', async () => {
    await rm(paths.state, { force: true });
    await mkdir(paths.state);
    expect(await rejection(readState(paths, host))).toMatchObject({ code: 'STATE_UNREADABLE', exitCode: 4 });
    expect((await stat(paths.state)).isDirectory()).toBe(true);
  });
});

it('drops one damaged entry of a step, and keeps the others', async () => {
  const run = aRun({ steps: [aStep('network', { status: 'done', made: true })] });
  await put(aState({ run: { ...run, steps: [...run.steps, Object({ id: 'up', status: 'flying' })] } }));
  const state = await readState(paths, host);
  expect(state?.run?.steps.map(({ id }) => id)).toEqual(['network']);
});

it('belongs to the same host after it was renamed', async () => {
  await put(aState());
  expect(await readState(paths, { ...host, hostname: 'renamed', bootId: 'boot-2' })).not.toBeNull();
});
