import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import type { Event } from '../../src/events/events.ts';
import { type State, stateSchema } from '../../src/state/schema.ts';
import { type Bench, createBench, readText, rejection, removeBenches } from '../fakes/bench.ts';

afterAll(removeBenches);

/** The status that the state file must have when an event is told; null: nothing is claimed. */
function claimOf(event: Event): readonly [string, string] | null {
  switch (event.type) {
    case 'step-started':
      return [event.step, 'running'];
    case 'step-done':
    case 'step-kept':
      return [event.step, 'done'];
    case 'step-failed':
      return [event.step, 'failed'];
    case 'step-undoing':
      return [event.step, 'undoing'];
    case 'step-undone':
      return [event.step, 'undone'];
    case 'step-undo-failed':
      return [event.step, 'undo-failed'];
    case 'step-skipped':
      return [event.step, 'skipped'];
    default:
      return null;
  }
}

/** Reads the file at every event, as somebody who watches would. */
function watch(bench: Bench): { readonly claims: string[]; readonly truth: string[] } {
  const claims: string[] = [];
  const truth: string[] = [];
  bench.options.onEvent = (event) => {
    const claim = claimOf(event);
    if (claim === null && event.type !== 'run-finished') return;
    let run: State['run'] = null;
    try {
      run = stateSchema.parse(JSON.parse(readFileSync(bench.paths.state, 'utf8'))).run;
    } catch {
      // Taken down: the record went before it was told.
    }
    if (event.type === 'run-finished') {
      claims.push(`run ${event.status}`);
      truth.push(`run ${run?.status ?? event.status}`);
    } else if (claim !== null) {
      claims.push(claim.join(' '));
      truth.push(`${claim[0]} ${run?.steps.find((step) => step.id === claim[0])?.status}`);
    }
  };
  return { claims, truth };
}

it('tells nothing of a deploy, a rollback or a teardown before it is written', async () => {
  const bench = await createBench();
  const { claims, truth } = watch(bench);
  await bench.deploy();
  expect(claims).toHaveLength(9 * 2 + 1);
  await bench.rollback();
  await bench.deploy();
  await bench.teardown();
  expect(truth).toEqual(claims);
});

it('tells nothing of a failure before it is written', async () => {
  const bench = await createBench();
  const { claims, truth } = watch(bench);
  bench.faults.arm({ hits: ({ name }) => name === 'docker.createNetwork', moment: 'before' });
  await rejection(bench.deploy());
  expect(claims.slice(-2)).toEqual(['network failed', 'run failed']);
  bench.faults.arm({ hits: ({ name }) => name === 'host.deleteLink', moment: 'before' });
  await rejection(bench.rollback());
  expect(claims.slice(-2)).toEqual(['host-bridge undo-failed', 'run rollback-incomplete']);
  expect(truth).toEqual(claims);
});

it('begins with the steps of the walk and ends with what to type next', async () => {
  const bench = await createBench();
  bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'before' });
  await rejection(bench.deploy());
  const [first] = bench.events;
  expect(first).toMatchObject({
    type: 'run-started',
    pipeline: 'deploy',
    command: 'deploy',
    deployment: 'office',
  });
  expect(first?.type === 'run-started' && first.steps.map(({ id }) => id)).toEqual(
    bench.options.engine.pipelines.deploy.map(({ id }) => id),
  );
  expect(bench.events.at(-1)).toMatchObject({
    type: 'run-finished',
    status: 'failed',
    next: ['decnet resume', 'decnet rollback', 'decnet step run up'],
    error: { code: 'FAKE', hint: 'Mend the fake world.' },
  });
});

it('keeps the same events in the journal of the run', async () => {
  const bench = await createBench();
  await bench.deploy();
  const id = (await bench.state())?.run?.id ?? '';
  const lines = (await readText(`${bench.paths.runs}/${id}/events.ndjson`)).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(bench.events);
});

it('tells a skipped step with the option that it needs', async () => {
  const bench = await createBench();
  await bench.deploy();
  await bench.teardown();
  const skipped = bench.events.filter((event) => event.type === 'step-skipped');
  expect(skipped).toMatchObject([{ step: 'build', reason: '--images was not given' }]);
});

it('goes on without a journal where none can be kept, and says so', async () => {
  const bench = await createBench();
  await mkdir(bench.paths.generated, { recursive: true });
  await writeFile(bench.paths.runs, 'not a folder');
  await bench.deploy();
  expect(bench.events.filter(({ type }) => type === 'warning')).toHaveLength(1);
  expect((await bench.state())?.run?.status).toBe('succeeded');
});

it('names the state file in the next commands where they would not find it by themselves', async () => {
  const bench = await createBench();
  const { engine } = bench.options;
  bench.options.engine = { ...engine, folder: '/somewhere/else' };
  bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'before', times: 9 });
  await rejection(bench.deploy());
  const finished = bench.events.find((event) => event.type === 'run-finished');
  expect(finished).toMatchObject({
    next: expect.arrayContaining([`decnet resume --state ${bench.paths.state}`]),
  });
});
