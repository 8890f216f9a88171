import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pathsOf } from '../../src/state/paths.ts';
import { readState } from '../../src/state/read.ts';
import { createBench, removeBenches } from '../fakes/bench.ts';
import { snapshot } from '../fakes/snapshot.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

// Files of format 1 as decnet has written them. Every later version must read them: they are never changed, and what
// a later version adds to a state is optional, or comes with a new format whose reader knows this one.
const examples = ['format-1.json', 'format-1-teardown.json', 'format-1-by-name.json', 'format-1-change.json'];
const host = { hostname: 'sensor', machineId: 'machine-1', bootId: 'boot-1' };

afterAll(removeBenches);

function pathOf(example: string): string {
  return new URL(example, import.meta.url).pathname;
}

describe('a state file of format 1', () => {
  it.each(examples)('is read value for value: %s', async (example) => {
    const state = await readState(pathsOf(pathOf(example)), host);
    expect(state).toMatchObject(JSON.parse(readFileSync(pathOf(example), 'utf8')));
  });

  // Written out, not taken from the code: these words stand in files.
  it.each([
    ['step', 'pending running done failed interrupted skipped undoing undone undo-failed'],
    ['run', 'running succeeded failed interrupted rolling-back rolled-back rollback-incomplete'],
  ])('may have every status that a %s had then', async (kind, words) => {
    const paths = pathsOf(join(await temporaryFolder(), 'decnet-state.json'));
    const text = readFileSync(pathOf('format-1.json'), 'utf8');
    for (const status of words.split(' ')) {
      const from =
        kind === 'run'
          ? /("overDeployment": false,\s+"status": )"failed"/
          : /("direction": "apply",\s+"status": )"failed"/;
      await writeFile(paths.state, text.replace(from, `$1"${status}"`));
      const run = (await readState(paths, host))?.run;
      expect(kind === 'run' ? run?.status : run?.steps.find(({ id }) => id === 'up')?.status).toBe(status);
    }
  });

  it('is what resume goes on with, and then teardown', async () => {
    const bench = await createBench();
    await writeFile(bench.paths.state, readFileSync(pathOf('format-1.json')));
    await bench.resume();
    const full = await snapshot(bench);
    expect(full.run).toEqual({ pipeline: 'deploy', status: 'succeeded' });
    expect(full.containers).toHaveLength(5);
    await bench.teardown();
    expect(await bench.state()).toBeNull();
    expect((await snapshot(bench)).containers).toEqual([]);
  });

  it('of a change that failed is what rollback goes back from, to the fleet before it', async () => {
    const bench = await createBench();
    await writeFile(bench.paths.state, readFileSync(pathOf('format-1-change.json')));
    await bench.rollback();
    const { run, deployment, containers } = await snapshot(bench);
    expect(run).toEqual({ pipeline: 'restore', status: 'succeeded' });
    expect(deployment).toMatchObject({ fleet: { deckies: [{ name: 'files-01' }, { name: 'web-01' }] } });
    expect(containers).toHaveLength(5);
  });

  it.each(examples)('is what teardown takes down, whatever is left of it: %s', async (example) => {
    const bench = await createBench();
    await writeFile(bench.paths.state, readFileSync(pathOf(example)));
    expect(await bench.teardown()).toBe(true);
    expect(await bench.state()).toBeNull();
  });
});
