import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, rejection, removeBenches } from '../fakes/bench.ts';
import { stopContainer } from '../fakes/fake-docker.ts';
import { deleteLink } from '../fakes/fake-host.ts';
import { createSharedBench, expectFull, idsByName, referenceWorlds } from '../fakes/outcomes.ts';

afterAll(removeBenches);

const worlds = await referenceWorlds();
let bench: Bench;
beforeEach(async () => {
  bench = await createSharedBench();
  await bench.deploy();
  bench.faults.disarm();
});

const effects = () =>
  bench.faults.calls
    .filter((call) => call.isEffect && !call.name.startsWith('state.'))
    .map(({ name }) => name);

describe('heal', () => {
  it('has no effect where all is well', async () => {
    await bench.heal();
    expect(effects()).toEqual([]);
    await expectFull(bench, worlds.full);
  });

  it('brings back what is gone, and touches nothing that is well', async () => {
    const before = idsByName(bench);
    deleteLink(bench.world.hostState, 'dn-office');
    for (const container of bench.world.dockerState.containers.values()) {
      if (container.name === 'decnet-office.web-01.http') stopContainer(container, 1);
    }
    const told = bench.events.length;
    await bench.heal();
    await expectFull(bench, worlds.full);
    const after = idsByName(bench);
    for (const [name, id] of Object.entries(before)) {
      if (!name.includes('web-01')) expect([name, after[name]]).toEqual([name, id]);
    }
    const drifted = bench.events.slice(told).filter(({ type }) => type === 'step-drifted');
    expect(drifted).toMatchObject([{ step: 'up', differences: [expect.stringContaining('web-01')] }]);
  });

  it('touches nothing after the templates have changed, as by an upgrade of decnet', async () => {
    await appendFile(join(bench.templates, 'ssh/server.py'), 'VERSION = 2\n');
    await bench.heal();
    expect(effects()).toEqual([]);
  });

  it('takes the templates as they are now where an image is gone', async () => {
    await appendFile(join(bench.templates, 'ssh/server.py'), 'VERSION = 2\n');
    const { images } = bench.world.dockerState;
    for (const tag of images.keys()) if (tag.includes('ssh')) images.delete(tag);
    await bench.heal();
    expect(effects()).toContain('images.build ssh');
    expect((await bench.state())?.run).toMatchObject({ pipeline: 'deploy', status: 'succeeded' });
  });

  it('repairs what is left after deckies were taken out', async () => {
    await bench.teardown({ deckies: ['web-01'] });
    deleteLink(bench.world.hostState, 'dn-office');
    await bench.heal();
    expect(bench.world.hostState.links.has('dn-office')).toBe(true);
    expect(Object.keys(idsByName(bench)).filter((name) => name.includes('web-01'))).toEqual([]);
  });

  it('is refused with exit code 4 while a run is unfinished, and names the ways out', async () => {
    bench.world.dockerState.containers.clear();
    bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'before' });
    await rejection(bench.heal());
    bench.faults.disarm();
    expect(await rejection(bench.heal())).toMatchObject({
      exitCode: 4,
      hint: expect.stringMatching(/decnet resume.*decnet rollback/),
    });
  });
});
