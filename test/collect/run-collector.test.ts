import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { collectFiles } from '../../src/collect/files.ts';
import { runCollector } from '../../src/collect/run-collector.ts';
import type { Docker } from '../../src/docker/docker.ts';
import { DecnetError } from '../../src/errors.ts';
import type { ResolvedFleet } from '../../src/fleet/resolved.ts';
import { pathsOf } from '../../src/state/paths.ts';
import { thisProcess } from '../../src/state/this-process.ts';
import { rejection } from '../fakes/bench.ts';
import { office } from '../fakes/fleet.ts';
import { createLiveDocker } from '../fakes/live-docker.ts';
import { aDeployment, aState } from '../fakes/states.ts';

interface Line {
  readonly id: string;
  readonly decky: string;
  readonly message: string;
}

// Tests run side by side here, so that what they leave is taken away when all are over.
const cleanUps: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

/** A site: a state file, an engine, and a collector that can be started, ended and started again. */
async function bench() {
  const folder = await mkdtemp(join(tmpdir(), 'decnet-test-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  const paths = pathsOf(join(folder, 'decnet-state.json'));
  const files = await collectFiles(join(folder, 'events.log'));
  const live = createLiveDocker();
  const said: string[] = [];
  const self = await thisProcess();

  const collected = async (): Promise<readonly Line[]> =>
    (await readFile(files.log, 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const messages = async (): Promise<readonly string[]> => (await collected()).map(({ message }) => message);

  return {
    live,
    files,
    paths,
    said,
    collected,
    record: async (fleet: ResolvedFleet = office()) => {
      await writeFile(`${paths.state}.new`, JSON.stringify(aState({ deployment: aDeployment({ fleet }) })));
      await rename(`${paths.state}.new`, paths.state);
    },
    start: (docker: Docker = live.docker) => {
      const controller = new AbortController();
      const request = { paths, files, format: 'json' as const, maxSize: 1_000_000, keep: 2 };
      const say = (line: string): void => void said.push(line);
      const ended = runCollector(request, { docker, self, say, signal: controller.signal });
      const end = async (): Promise<void> => {
        controller.abort();
        await ended;
      };
      cleanUps.push(() => end().catch(() => {}));
      return { ended, end };
    },
    /** Until the file has these messages, and no other. */
    has: (...expected: readonly string[]) =>
      vi.waitFor(async () => expect(await messages()).toEqual(expected), { timeout: 10_000, interval: 20 }),
    says: (line: string) =>
      vi.waitFor(() => expect(said).toContainEqual(expect.stringContaining(line)), 10_000),
  };
}

describe.concurrent('a collector', () => {
  it('waits for a deployment, and follows whoever comes', async () => {
    const { live, record, start, has, says, collected } = await bench();
    start();
    await says('waiting for a deployment');
    live.start('c1');
    live.print('c1', 'one');
    await record();
    await has('one');
    live.start('c2', { decky: 'web-01', service: 'http' });
    live.print('c2', 'two');
    await has('one', 'two');
    live.print('c1', 'three');
    await has('one', 'two', 'three');
    expect(await collected()).toMatchObject([
      { decky: 'files-01', service: 'ssh', deployment: 'office', event: 'raw' },
      { decky: 'web-01', service: 'http' },
      { decky: 'files-01' },
    ]);
  });

  it('has nothing of another deployment', async () => {
    const { live, record, start, has } = await bench();
    await record();
    live.start('foreign', { deployment: 'lab' });
    live.print('foreign', 'not ours');
    live.start('c1');
    live.print('c1', 'ours');
    start();
    await has('ours');
    expect(live.reads.map(({ id }) => id)).toEqual(['c1']);
  });

  it('goes on where it ended, with what came meanwhile', async () => {
    const { live, record, start, has } = await bench();
    await record();
    live.start('c1');
    live.print('c1', 'one', 'two');
    const first = start();
    await has('one', 'two');
    await first.end();
    live.print('c1', 'three');
    live.stop('c1');
    const second = start();
    await has('one', 'two', 'three');
    await second.end();
    expect(live.reads[0]?.since).toBeUndefined();
    expect(live.reads[1]?.since).toBeDefined();
  });

  it('reads everything anew, under the same ids, where its positions are damaged', async () => {
    const { live, files, record, start, has, says, collected } = await bench();
    await record();
    live.start('c1');
    live.print('c1', 'same', 'same');
    const first = start();
    await has('same', 'same');
    await first.end();
    await writeFile(files.position, '{');
    start();
    await has('same', 'same', 'same', 'same');
    await says('is damaged');
    const ids = (await collected()).map(({ id }) => id);
    expect(ids.slice(2)).toEqual(ids.slice(0, 2));
    expect(new Set(ids).size).toBe(2);
  });

  it('has all of a container that ends, starts again, and goes', async () => {
    const { live, files, record, start, has } = await bench();
    await record();
    live.start('c1');
    live.print('c1', 'one');
    const collector = start();
    await has('one');
    live.print('c1', 'last words');
    live.stop('c1');
    await has('one', 'last words');
    live.start('c1');
    live.print('c1', 'again');
    await has('one', 'last words', 'again');
    live.print('c1', 'the end');
    live.remove('c1');
    live.start('c2');
    live.print('c2', 'next');
    await vi.waitFor(async () => expect(await readFile(files.log, 'utf8')).toContain('next'), 10_000);
    await collector.end();
    expect(await readFile(files.log, 'utf8')).toContain('the end');
  });

  it('loses nothing while the engine is away, not even of a container that ends meanwhile', async () => {
    const { live, record, start, has, says, said } = await bench();
    await record();
    live.start('c1');
    live.start('c2', { decky: 'web-01', service: 'http' });
    live.print('c1', 'one');
    start();
    await has('one');
    live.goAway();
    await says('Docker is away');
    live.print('c1', 'two');
    live.stop('c1');
    live.comeBack();
    await has('one', 'two');
    await says('Docker is back');
    live.print('c2', 'three');
    await has('one', 'two', 'three');
    expect(said.filter((line) => line.includes('Docker is'))).toHaveLength(2);
  });

  it('begins without an engine, and waits for it', async () => {
    const { live, record, start, has, says } = await bench();
    await record();
    live.start('c1');
    live.print('c1', 'one');
    live.goAway();
    start();
    await says('Docker is away');
    live.comeBack();
    await has('one');
  });

  it('tells of a log that cannot be read, goes on with the rest, and tries again', async () => {
    const { live, record, start, has, says, said } = await bench();
    await record();
    live.start('c1');
    live.start('c2', { decky: 'web-01', service: 'http' });
    live.print('c1', 'late');
    live.print('c2', 'at once');
    live.unreadable.add('c1');
    start();
    await says('cannot read the log of files-01 ssh: The log is damaged');
    await has('at once');
    live.unreadable.delete('c1');
    await has('at once', 'late');
    expect(said.filter((line) => line.startsWith('cannot read'))).toHaveLength(1);
  });

  it('goes on with what it follows while the state file is damaged, or gone', async () => {
    const { live, paths, record, start, has, says } = await bench();
    await record();
    live.start('c1');
    live.print('c1', 'one');
    start();
    await has('one');
    await writeFile(paths.state, '{');
    await says('going on with what was known');
    live.print('c1', 'two');
    await has('one', 'two');
    await rm(paths.state);
    await says('waiting for a deployment');
    live.print('c1', 'three');
    await has('one', 'two', 'three');
  });

  it('takes up alerts when the fleet on record gets some', async () => {
    const { live, files, record, start, has } = await bench();
    await record();
    live.start('c1');
    live.print('c1', 'one');
    start();
    await has('one');
    expect(existsSync(files.alerts)).toBe(false);
    const rule = { on: ['auth'], webhook: 'https://192.0.2.1/hook', deckies: null, services: null };
    await record(office({ alerts: [rule] }));
    await vi.waitFor(() => expect(existsSync(files.alerts)).toBe(true), 10_000);
  });

  it('writes what it has when it is ended, and gives its lock back', async () => {
    const { live, files, record, start, says, collected } = await bench();
    await record();
    live.start('c1');
    live.print('c1', ...Array.from({ length: 500 }, (_, number) => `line ${number}`));
    const collector = start();
    await says('following the containers of office');
    await vi.waitFor(() => expect(live.reads).toHaveLength(1), 10_000);
    await collector.end();
    const before = await collected();
    expect(existsSync(files.lock)).toBe(false);

    const next = start();
    await vi.waitFor(async () => expect(await collected()).toHaveLength(500), 10_000);
    await next.end();
    expect((await collected()).slice(0, before.length)).toEqual(before);
  });

  it('is refused where another writes the same file, and leaves that alone', async () => {
    const { record, start, says } = await bench();
    await record();
    start();
    await says('writing json to');
    expect(await rejection(start().ended)).toMatchObject({ code: 'LOCKED', exitCode: 6 });
  });

  it('is refused at once with a state file that is damaged, or an engine that it may not ask', async () => {
    const { live, files, paths, record, start } = await bench();
    await record();
    const denied = new DecnetError('Docker does not let us in', { code: 'DOCKER_DENIED' });
    const version = () => Promise.reject(denied);
    expect(await rejection(start({ ...live.docker, version }).ended)).toBe(denied);
    await writeFile(paths.state, '{');
    expect(await rejection(start().ended)).toMatchObject({ code: 'STATE_DAMAGED' });
    expect(existsSync(files.lock)).toBe(false);
  });
});
