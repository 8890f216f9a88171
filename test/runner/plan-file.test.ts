import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { planDeploy } from '../../src/runner/plan.ts';
import { movedSince, type Planned, readPlanFile, writePlanFile } from '../../src/runner/plan-file.ts';
import { imagesOf } from '../../src/services/templates.ts';
import { type Bench, createBench, rejection, removeBenches, without } from '../fakes/bench.ts';
import { office } from '../fakes/fleet.ts';

afterAll(removeBenches);

let bench: Bench;
let path: string;
beforeEach(async () => {
  bench = await createBench();
  path = join(bench.templates, '../plan.json');
});

async function planned(): Promise<Planned> {
  const { engine } = bench.options;
  const [state, host] = [await bench.state(), await engine.world.host.identity()];
  const fleet = without(office(), 'web-01');
  const options = { noCache: false, parallel: false, images: false };
  const { signal } = new AbortController();
  const plan = await planDeploy({ engine, paths: bench.paths, state, fleet, options, signal });
  return { plan, state, host, images: await imagesOf(engine.world.templates, fleet), fleetFile: null };
}

const identity = () => bench.options.engine.world.host.identity();

describe('a plan file', () => {
  it('is for its owner alone, and holds what was planned', async () => {
    await writePlanFile(path, await planned());
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const file = await readPlanFile(path, await identity());
    expect(file.fleet).toEqual(without(office(), 'web-01'));
    expect(movedSince(file, await planned())).toEqual([]);
  });

  it('does not hold any more after another run', async () => {
    await writePlanFile(path, await planned());
    await bench.deploy();
    const moved = movedSince(await readPlanFile(path, await identity()), await planned());
    expect(moved).toContain('another run is recorded since');
    expect(moved.join()).toMatch(/step up was planned as create, and is change: /);
  });

  it('does not hold any more when what stands has drifted', async () => {
    await bench.deploy();
    await writePlanFile(path, await planned());
    bench.world.dockerState.containers.clear();
    const moved = movedSince(await readPlanFile(path, await identity()), await planned());
    expect(moved).toEqual([expect.stringMatching(/^step up was planned as change: .*, and is create$/)]);
  });

  it('does not hold any more with other templates', async () => {
    await writePlanFile(path, await planned());
    await writeFile(join(bench.templates, 'ssh/server.py'), 'PORT = 2222\n');
    const moved = movedSince(await readPlanFile(path, await identity()), await planned());
    expect(moved).toContain('the templates have changed');
  });

  it('is refused on another host, which it names', async () => {
    await writePlanFile(path, await planned());
    const error = await rejection(readPlanFile(path, { ...(await identity()), machineId: 'another' }));
    expect(error).toMatchObject({ code: 'PLAN_FOREIGN', exitCode: 4 });
  });

  it.each([
    ['is not there', null, 'there is no such file'],
    ['is not JSON', '{', 'is not JSON'],
    ['is something else', '{"plan": 1}', 'is no plan of this decnet: host: '],
    ['is of a newer decnet', '{"plan": 2}', 'is no plan of this decnet: plan: '],
    ['is not UTF-8', Buffer.from([0xff]), 'is not UTF-8 text'],
  ])('is refused with exit code 2 when it %s', async (_, content, what) => {
    if (content !== null) await writeFile(path, content);
    expect(await rejection(readPlanFile(path, await identity()))).toMatchObject({
      code: 'PLAN_INVALID',
      exitCode: 2,
      message: expect.stringContaining(what),
      hint: expect.stringContaining('decnet plan'),
    });
  });

  it('with a name that leads nowhere is refused before it is made', async () => {
    const nowhere = join(path, 'nowhere/plan.json');
    expect(await rejection(writePlanFile(nowhere, await planned()))).toMatchObject({
      code: 'PLAN_UNWRITABLE',
    });
    expect(await readFile(path).catch(() => null)).toBeNull();
  });
});
