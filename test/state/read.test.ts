import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Paths, pathsOf } from '../../src/state/paths.ts';
import { readState } from '../../src/state/read.ts';
import type { State } from '../../src/state/schema.ts';
import { rejection } from '../fakes/bench.ts';
import { office } from '../fakes/fleet.ts';
import { aDeployment, aRun, aState, aStep } from '../fakes/states.ts';

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

describe('a file that cannot be used', () => {
  it('shows nothing of the secrets in it where it is no JSON', async () => {
    await writeFile(paths.state, '{"password":hunter2}');
    const error = await rejection(readState(paths, host));
    expect(error).toMatchObject({
      code: 'STATE_DAMAGED',
      message: expect.not.stringMatching(/password|hun/),
    });
  });

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

  it.each<[string, State, RegExp]>([
    [
      'a run of one fleet over another',
      aState({ run: aRun({ name: 'shop' }) }),
      /its fleet is called office/,
    ],
    [
      'a run beside another deployment',
      aState({ run: aRun({ name: 'shop', fleet: office({ name: 'shop' }) }), deployment: aDeployment() }),
      /run run-1 is of shop, and office is deployed/,
    ],
    ['a deploy of nothing', aState({ run: aRun({ fleet: null }) }), /remembers no fleet/],
    ['a removal from nothing', aState({ run: aRun({ pipeline: 'remove' }) }), /takes deckies out of nothing/],
    [
      'a service without an image',
      aState({ run: aRun({ images: { runtime: { tag: 'r', context: '1' }, services: {} } }) }),
      /there is no image for the service ssh/,
    ],
  ])('is one that contradicts itself: %s', async (_, state, why) => {
    await put(state);
    expect(await rejection(readState(paths, host))).toMatchObject({
      code: 'STATE_DAMAGED',
      exitCode: 4,
      message: expect.stringMatching(why),
    });
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['no fleet', JSON.stringify(aState({ run: aRun({ fleet: office({ deckies: [] }) }) })), /no deckies/],
    [
      'an id that leads elsewhere',
      JSON.stringify(aState({ run: aRun({ id: '../../x' }) })),
      /not an id of a run/,
    ],
    [
      'a name without letters',
      JSON.stringify(aState({ run: aRun({ name: '' }) })),
      /not a name of a deployment/,
    ],
    [
      'an address that is none',
      JSON.stringify(aState({ run: aRun() })).replace('198.51.100.70', '198.51.100.7O'),
      /not an IPv4 address/,
    ],
    [
      'levels without end',
      JSON.stringify(aState({ run: aRun({ steps: [aStep('up', { input: 'here' })] }) })).replace(
        '"here"',
        '['.repeat(50_000) + ']'.repeat(50_000),
      ),
      /nested deeper than 100 levels/,
    ],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff]), /not UTF-8 text/],
  ])('is one that would lead a command astray: %s', async (_, content, why) => {
    await writeFile(paths.state, content);
    expect(await rejection(readState(paths, host))).toMatchObject({
      code: 'STATE_DAMAGED',
      exitCode: 4,
      message: expect.stringMatching(why),
    });
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
