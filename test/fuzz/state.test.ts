import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { DecnetError, type ExitCode, exitCodes } from '../../src/errors.ts';
import { observeFleet } from '../../src/observe/fleet-status.ts';
import { runSingleStep } from '../../src/runner/single-step.ts';
import { fleetOnRecord } from '../../src/state/fleet-on-record.ts';
import { readState } from '../../src/state/read.ts';
import type { State } from '../../src/state/schema.ts';
import { type Bench, createBench, rejection, removeBenches } from '../fakes/bench.ts';
import { checkpoint } from '../fakes/checkpoint.ts';
import { foreignObjects } from '../fakes/foreign.ts';
import { createSharedBench } from '../fakes/outcomes.ts';
import { snapshot } from '../fakes/snapshot.ts';
import { check, patient } from './check.ts';
import { orRefused } from './documented.ts';
import { mutatedJson } from './mutated-json.ts';
import { type Mutated, mutatedText } from './mutated-text.ts';

const format1 = readFileSync(new URL('../state/format-1.json', import.meta.url), 'utf8');
const host = { hostname: 'sensor', machineId: 'machine-1', bootId: 'boot-1' };
const anyExit: readonly ExitCode[] = Object.values(exitCodes);

afterAll(removeBenches);

/** A state file of a bench, with mistakes of any kind. */
function mutatedState(originals: readonly string[]): fc.Arbitrary<Mutated> {
  return fc.oneof(
    { weight: 3, arbitrary: mutatedJson(originals.map((text): unknown => JSON.parse(text))) },
    { weight: 1, arbitrary: mutatedText(originals) },
  );
}

const commands: Readonly<Record<string, (bench: Bench) => Promise<unknown>>> = {
  deploy: (bench) => bench.deploy(),
  resume: (bench) => bench.resume(),
  rollback: (bench) => bench.rollback(),
  teardown: (bench) => bench.teardown(),
  'teardown web-01': (bench) => bench.teardown({ deckies: ['web-01'] }),
  'teardown --images': (bench) => bench.teardown({ images: true }),
  'step run up': (bench) => singleStep(bench, 'up', 'apply'),
  'step undo network': (bench) => singleStep(bench, 'network', 'undo'),
  status: async (bench) => {
    const fleet = fleetOnRecord(await readState(bench.paths, host));
    return fleet && observeFleet({ docker: bench.world.docker, host: bench.world.host, now: 0 }, fleet);
  },
};

function singleStep(bench: Bench, id: string, direction: 'apply' | 'undo'): Promise<void> {
  const element = { id, direction, timeout: 60_000, retries: 0, when: null };
  return bench.session('step', (session) => runSingleStep(session, element));
}

describe('a state file with mistakes of any kind', () => {
  it('is read, or refused with exit code 4, and left as it is', patient, async () => {
    const bench = await createBench();
    await check(
      fc.asyncProperty(mutatedState([format1]), async ({ content }) => {
        await writeFile(bench.paths.state, content);
        const state = await orRefused(() => readState(bench.paths, host), exitCodes.decision);
        expect(isSame(bench.paths.state, content)).toBe(true);
        if (state !== null) expect(whole(state)).toBe(true);
      }),
      200,
    );
  });

  it('leads no command astray, and harms nothing that is not ours', patient, async () => {
    const { bench, restore, originals } = await benchWithStates();
    const root = dirname(dirname(bench.paths.state));
    const foreign = await foreignObjects(bench.world);
    await check(
      fc.asyncProperty(
        mutatedState(originals),
        fc.constantFrom(...Object.keys(commands)),
        async ({ content }, name) => {
          restore();
          await writeFile(bench.paths.state, content);
          const isReadable = await readState(bench.paths, host).then(
            () => true,
            () => false,
          );
          await orRefused(async () => commands[name]?.(bench), ...anyExit);
          if (!isReadable) expect(isSame(bench.paths.state, content)).toBe(true);
          expect(await foreignObjects(bench.world)).toEqual(foreign);
          expect(readdirSync(root).sort()).toEqual(['home', 'run', 'templates']);
        },
      ),
      150,
    );
  });

  it('does not stand in the way of a teardown by name', patient, async () => {
    const { bench, restore, originals } = await benchWithStates();
    bench.options.damagedState = 'set-aside';
    let damaged = 0;
    await check(
      fc.asyncProperty(mutatedState(originals), async ({ content }) => {
        restore();
        await writeFile(bench.paths.state, content);
        const refusal = await readState(bench.paths, host).then(
          () => null,
          (error: unknown) => error,
        );
        if (!(refusal instanceof DecnetError) || refusal.code !== 'STATE_DAMAGED') return;
        damaged += 1;
        expect(await bench.teardown({ name: 'office' })).toBe(true);
        const { containers, networks, links, routes } = await snapshot(bench);
        expect([...containers, ...networks, ...links, ...routes]).toEqual([]);
        expect(existsSync(bench.paths.state)).toBe(false);
        expect(isSame(`${bench.paths.state}.damaged`, content)).toBe(true);
        await rm(`${bench.paths.state}.damaged`);
      }),
      80,
    );
    expect(damaged).toBeGreaterThan(10);
  });
});

/** A deployed bench, and the state files of it at several times of its life. */
async function benchWithStates() {
  const bench = await createSharedBench();
  const read = () => readFileSync(bench.paths.state, 'utf8');
  bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'before' });
  await rejection(bench.deploy());
  bench.faults.disarm();
  const failed = read();
  await bench.resume();
  const deployed = read();
  const restore = checkpoint(bench);
  await bench.teardown({ deckies: ['web-01'] });
  const removed = read();
  bench.faults.arm({ hits: ({ name }) => name === 'docker.removeNetwork', moment: 'before' });
  await rejection(bench.teardown());
  bench.faults.disarm();
  const halfDown = read();
  return { bench, restore, originals: [failed, deployed, removed, halfDown, format1] };
}

/** Whether all that a reader takes for granted is there. */
function whole({ run, deployment }: State): boolean {
  const fleets = [run?.fleet, deployment?.fleet].filter((fleet) => fleet !== undefined && fleet !== null);
  return fleets.every(({ deckies, name }) => deckies.length > 0 && name !== '');
}

function isSame(path: string, content: Buffer): boolean {
  return readFileSync(path).equals(content);
}
