import { afterAll, describe, expect, it } from 'vitest';
import { type Bench, rejection, removeBenches } from '../fakes/bench.ts';
import { checkpoint } from '../fakes/checkpoint.ts';
import { at, type CrashPoint, failAt } from '../fakes/crash-points.ts';
import { type Call, moments } from '../fakes/faults.ts';
import { createSharedBench, expectEmpty, referenceWorlds } from '../fakes/outcomes.ts';
import { snapshot } from '../fakes/snapshot.ts';

afterAll(removeBenches);

const worlds = await referenceWorlds();

async function stage(use: (bench: Bench) => Promise<unknown>) {
  const bench = await createSharedBench();
  await bench.deploy();
  const restore = checkpoint(bench);
  restore();
  await use(bench);
  const points = bench.faults.calls.filter(isEffect).flatMap(pointsOf);
  return { bench, restore, points: points.map((point) => [point.label, point] as const) };
}

function isEffect(call: Call): boolean {
  return call.isEffect && !call.name.startsWith('state.');
}

function pointsOf(call: Call): readonly CrashPoint[] {
  return moments.filter((moment) => moment !== 'middle' || call.hasMiddle).map((moment) => at(call, moment));
}

const rollbacks = await stage((bench) => bench.rollback());

describe('an undo that fails in a rollback', () => {
  it.each(rollbacks.points)(
    '%s: it stops there, says what is left, and goes on when called again',
    async (_, point) => {
      const { bench, restore } = rollbacks;
      restore();
      const made = ((await bench.state())?.run?.steps ?? [])
        .filter((step) => step.made)
        .map((step) => step.id);
      const failed = point.call.step ?? '';
      bench.faults.arm(failAt(point));
      const left = made.slice(0, made.indexOf(failed) + 1);
      expect(await rejection(bench.rollback())).toMatchObject({
        code: 'ROLLBACK_INCOMPLETE',
        exitCode: 5,
        message: `Rollback stopped: The fake world refuses (left to undo: ${left.join(', ')})`,
        hint: 'Mend the fake world.',
      });
      const run = (await bench.state())?.run;
      expect(run?.status).toBe('rollback-incomplete');
      expect(run?.steps.find((step) => step.id === failed)?.status).toBe('undo-failed');
      expect(run?.steps.filter((step) => step.made).map((step) => step.id)).toEqual(left);

      bench.faults.disarm();
      await bench.rollback();
      await expectEmpty(bench, worlds.empty);
    },
  );

  it('takes resume for the same as rollback', async () => {
    const { bench, restore } = rollbacks;
    restore();
    bench.faults.arm({ hits: ({ name }) => name === 'host.deleteLink', moment: 'before' });
    await rejection(bench.rollback());
    bench.faults.disarm();
    await bench.resume();
    await expectEmpty(bench, worlds.empty);
  });
});

const teardowns = await stage((bench) => bench.teardown({ images: true }));

describe('an undo that fails in a teardown', () => {
  it.each(teardowns.points)('%s: it goes on past it, and ends with exit code 5', async (_, point) => {
    const { bench, restore } = teardowns;
    restore();
    bench.faults.arm(failAt(point));
    expect(await rejection(bench.teardown({ images: true }))).toMatchObject({
      code: 'TEARDOWN_INCOMPLETE',
      exitCode: 5,
      hint: 'Mend the fake world.',
    });
    const steps = (await bench.state())?.run?.steps.map(({ id, status }) => [id, status]) ?? [];
    expect(steps).toContainEqual([point.call.step, 'undo-failed']);
    // Docker keeps a network that has endpoints: that of `up` alone takes another one with it.
    const failed = steps.filter(([, status]) => status === 'undo-failed').map(([id]) => id);
    const knockOn = failed.filter((id) => id !== point.call.step && id !== 'network');
    expect(knockOn).toEqual([]);

    bench.faults.disarm();
    await bench.teardown({ images: true });
    expect(await snapshot(bench)).toEqual(worlds.empty);
  });

  it.each([
    ['docker.removeNetwork', 'still there: network decnet-lan.eth0 (The fake world refuses)'],
    ['host.deleteLink', 'still there: link dn-office (The fake world refuses)'],
  ])('names what is left when %s is refused', async (name, text) => {
    const { bench, restore } = teardowns;
    restore();
    bench.faults.arm({ hits: (call) => call.name === name, moment: 'before', times: 9 });
    const error = await rejection(bench.teardown());
    expect(error).toMatchObject({ message: `Teardown incomplete, ${text}` });
    bench.faults.disarm();
    await bench.resume();
    await expectEmpty(bench, worlds.empty);
  });

  it('names every container that is left, and the network that they hold', async () => {
    const { bench, restore } = teardowns;
    restore();
    const times = Number.POSITIVE_INFINITY;
    bench.faults.arm({ hits: (call) => call.name === 'docker.removeContainer', moment: 'before', times });
    const { message } = Object(await rejection(bench.teardown()));
    expect(message).toContain('container decnet-office.files-01, container decnet-office.files-01.ssh');
    expect(message).toContain('network decnet-lan.eth0');
    expect((await snapshot(bench)).links).toEqual([]);
  });
});
