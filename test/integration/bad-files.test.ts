import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/errors.ts';
import { readIdentity } from '../../src/host/identity.ts';
import { check } from '../fuzz/check.ts';
import { unsafeOnTerminal } from '../fuzz/documented.ts';
import { mutatedJson } from '../fuzz/mutated-json.ts';
import { mutatedText } from '../fuzz/mutated-text.ts';
import { smallFleet } from './fleets.ts';
import type { Ended } from './on-lab.ts';
import { copyPackage } from './package-copy.ts';
import { expectNothingChanged } from './refusal.ts';
import { openSite, type Site } from './site.ts';
import { type HostWorld, lookAround } from './world.ts';

const root = new URL('../..', import.meta.url).pathname;
/** No engine answers here: whatever a broken state asks for, no container comes of it. */
const withoutDocker = { env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } };
/** How long a command may take with Docker out of reach, milliseconds. */
const limit = 30_000;

let site: Site;
let before: HostWorld;

beforeAll(async () => {
  site = await openSite(smallFleet('broken', ['ssh']));
  before = await lookAround();
});

afterAll(() => site?.close());

async function run(at: Site, args: readonly string[]): Promise<Ended> {
  const { ended, pid } = await at.start(args, withoutDocker);
  const timer = setTimeout(() => process.kill(pid, 'SIGKILL'), limit);
  const found = await ended;
  clearTimeout(timer);
  return found;
}

function expectDocumented({ exitCode, stdout, stderr }: Ended, isJson: boolean): void {
  expect(Object.values<number | null>(exitCodes)).toContain(exitCode);
  expect(exitCode, stderr).not.toBe(exitCodes.bug);
  expect(stderr).not.toMatch(/^\s+at |node:internal|Warning: /m);
  for (const line of `${stdout}\n${stderr}`.split('\n')) expect(line).not.toMatch(unsafeOnTerminal);
  if (isJson) for (const line of stdout.split('\n')) if (line !== '') JSON.parse(line);
}

describe('a broken fleet file', () => {
  const commands = [['validate'], ['validate', '--json'], ['plan'], ['plan', '--json']];

  it('is told by the program as such, and nothing else happens', async () => {
    const originals = [
      await readFile(site.fleetFile, 'utf8'),
      await readFile(join(root, 'examples/office.yaml'), 'utf8'),
    ];
    await check(
      fc.asyncProperty(mutatedText(originals), fc.constantFrom(...commands), async ({ content }, command) => {
        await writeFile(site.fleetFile, content);
        const ended = await run(site, command);
        expectDocumented(ended, command.includes('--json'));
        expect([exitCodes.done, exitCodes.usage]).toContain(ended.exitCode);
        expect(await readFile(site.fleetFile)).toEqual(content);
        expect(await readdir(site.folder)).toEqual(['fleet.yaml']);
      }),
      20,
    );
    await expectNothingChanged(site, before);
  });
});

describe('a broken state file', () => {
  const looking = [
    ['status'],
    ['status', '--json'],
    ['step', 'list'],
    ['step', 'show', 'up'],
    ['step', 'check', 'network'],
    ['logs'],
    ['logs', '--json'],
  ];
  const acting = [
    ['resume'],
    ['resume', '--json'],
    ['rollback'],
    ['teardown'],
    ['teardown', 'web-01'],
    ['teardown', '--json'],
    ['step', 'run', 'network'],
    ['step', 'undo', 'up'],
  ];

  it('leads no command to a trace, a hang or a change of what is not its own', async () => {
    const text = await readFile(join(root, 'test/state/format-1.json'), 'utf8');
    const { hostname, machineId } = await readIdentity();
    const original = { ...JSON.parse(text), host: { hostname, machineId } };
    const broken = fc.oneof(mutatedJson([original]), mutatedText([JSON.stringify(original, null, 1)]));
    await check(
      fc.asyncProperty(broken, fc.constantFrom(...looking, ...acting), async ({ content }, command) => {
        await clear();
        await writeFile(site.stateFile, content);
        const ended = await run(site, command);
        expectDocumented(ended, command.includes('--json'));
        const isRefused = /is damaged|has format|belongs to host/.test(ended.stderr);
        if (isRefused) expect(ended.exitCode).toBe(exitCodes.decision);
        if (!isRefused && !looking.includes(command)) return;
        expect(await readFile(site.stateFile)).toEqual(content);
        expect((await readdir(site.folder)).sort()).toEqual(['decnet-state.json', 'fleet.yaml']);
      }),
      30,
    );
    await clear();
    await expectNothingChanged(site, before);
  });
});

describe('a broken pipeline.yaml', () => {
  it('is told with line and column, or read', async () => {
    const copy = await copyPackage();
    const original = await readFile(copy.pipeline, 'utf8');
    const there = await openSite(smallFleet('broken', ['ssh']), copy.cli);
    try {
      await check(
        fc.asyncProperty(
          mutatedText([original]),
          fc.constantFrom(['plan'], ['step', 'list']),
          async ({ content }, command) => {
            await writeFile(copy.pipeline, content);
            const ended = await run(there, command);
            expectDocumented(ended, false);
            if (ended.exitCode === exitCodes.usage)
              expect(ended.stderr).toMatch(/pipeline\.yaml(:\d+:\d+: | is not UTF-8)/);
            else expect(ended.exitCode).toBe(exitCodes.done);
            expect(await readdir(there.folder)).toEqual(['fleet.yaml']);
          },
        ),
        8,
      );
    } finally {
      await writeFile(copy.pipeline, original);
      await there.close();
      await copy.remove();
    }
  });
});

async function clear(): Promise<void> {
  for (const name of await readdir(site.folder)) {
    if (name !== 'fleet.yaml') await rm(join(site.folder, name), { recursive: true });
  }
}
