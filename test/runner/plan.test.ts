import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Disguise } from '../../src/fleet/disguise.ts';
import type { ResolvedFleet } from '../../src/fleet/resolved.ts';
import { planDeploy } from '../../src/runner/plan.ts';
import { type Bench, createBench, removeBenches } from '../fakes/bench.ts';
import { office } from '../fakes/fleet.ts';

afterAll(removeBenches);

async function planFor(bench: Bench, fleet: ResolvedFleet) {
  return planDeploy({
    engine: bench.options.engine,
    paths: bench.paths,
    state: await bench.state(),
    fleet,
    options: { noCache: false, parallel: false, images: false },
    signal: new AbortController().signal,
  });
}

async function planOf(bench: Bench) {
  bench.faults.disarm();
  const plan = await planFor(bench, office());
  expect(bench.faults.calls.filter((call) => call.isEffect)).toEqual([]);
  return Object.fromEntries(
    plan.steps.map(({ step, action, reasons }) => [step, [action, ...reasons].join(': ')]),
  );
}

it('creates everything where nothing is, and changes nothing to find out', async () => {
  const bench = await createBench();
  expect(await planOf(bench)).toMatchObject({
    network: 'create',
    'host-bridge': 'create',
    'logging-sync': 'create',
    'compose-gen': 'create',
    'state-save': 'create',
    build: 'create',
    up: 'create',
  });
  expect(await readdir(dirname(dirname(bench.paths.state)))).toEqual(['home', 'run', 'templates']);
});

it('keeps everything of a deployment that is as it should be', async () => {
  const bench = await createBench();
  await bench.deploy();
  expect(new Set(Object.values(await planOf(bench)))).toEqual(new Set(['keep']));
});

it('tells each reason of a refusal by itself', async () => {
  const bench = await createBench();
  bench.world.hostState.isRoot = false;
  bench.world.hostState.freeBytes = 1;
  expect((await planOf(bench)).preflight).toMatch(
    /^refuse: this process lacks CAP_NET_ADMIN\. .*: only 0 MB are free /,
  );
});

it('notes that a disguise will be weaker where the kernel cannot load its rules', async () => {
  const bench = await createBench();
  const notesOf = async (disguise: Disguise) => {
    const [first, ...others] = office().deckies;
    if (first === undefined) throw new Error('The office has deckies');
    const deckies = [{ ...first, osFamily: 'windows', disguise }, ...others];
    return (await planFor(bench, { ...office(), deckies })).notes;
  };
  const rules = { leaving: ['ip id set 0'] };
  expect(await notesOf(rules)).toEqual([]);
  bench.world.hostState.missingForDisguise = ['CONFIG_NFT_NUMGEN'];
  expect(await notesOf(rules)).toEqual([
    'the disguise of windows will be weaker, by sysctls alone, since this kernel lacks CONFIG_NFT_NUMGEN',
  ]);
  expect(await notesOf({})).toEqual([]);
});

it('tells what it would change, where it would refuse, and where it could not look', async () => {
  const bench = await createBench();
  await bench.deploy();
  const { dockerState, hostState } = bench.world;
  hostState.routes = hostState.routes.filter((route) => route.destination !== '198.51.100.71/32');
  dockerState.containers.clear();
  for (const [id, network] of dockerState.networks) {
    dockerState.networks.set(id, { ...network, spec: { ...network.spec, labels: {} } });
  }
  const { engine } = bench.options;
  const read = async () => {
    throw new Error('EIO');
  };
  bench.options.engine = { ...engine, world: { ...engine.world, files: { ...engine.world.files, read } } };
  expect(await planOf(bench)).toMatchObject({
    network: 'refuse: Docker network decnet-lan.eth0 is not ours',
    'host-bridge': 'change: route to 198.51.100.71/32 is missing',
    'compose-gen': 'unknown: EIO',
    up: 'create',
  });
});
