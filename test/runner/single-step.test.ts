import { afterAll, describe, expect, it } from 'vitest';
import { runSingleStep } from '../../src/runner/single-step.ts';
import { type Bench, createBench, rejection, removeBenches } from '../fakes/bench.ts';

afterAll(removeBenches);

function walk(bench: Bench, id: string, direction: 'apply' | 'undo'): Promise<void> {
  const element = { id, direction, timeout: 10_000, retries: 0, when: null };
  return bench.session('step', (session) => runSingleStep(session, element));
}

describe('a single step', () => {
  it('is applied within the recorded run, whose status stays', async () => {
    const bench = await createBench();
    bench.faults.arm({ hits: ({ name }) => name === 'host.addLink', moment: 'before', times: 2 });
    await rejection(bench.deploy());
    bench.faults.disarm();
    await bench.deploy();
    await walk(bench, 'host-bridge', 'undo');
    expect(bench.world.hostState.links.has('dn-office')).toBe(false);
    await walk(bench, 'host-bridge', 'apply');
    expect(bench.world.hostState.links.has('dn-office')).toBe(true);
    expect((await bench.state())?.run?.status).toBe('succeeded');
  });

  it('is refused where no run is recorded', async () => {
    const bench = await createBench();
    expect(await rejection(walk(bench, 'network', 'apply'))).toMatchObject({ code: 'NO_RUN', exitCode: 4 });
  });

  it('is refused in the middle of a rollback', async () => {
    const bench = await createBench();
    await bench.deploy();
    bench.faults.arm({ hits: ({ name }) => name === 'host.deleteLink', moment: 'before' });
    await rejection(bench.rollback());
    bench.faults.disarm();
    const error = await rejection(walk(bench, 'network', 'apply'));
    expect(error).toMatchObject({ code: 'UNFINISHED_RUN', exitCode: 4 });
  });
});
