import { afterAll, describe, expect, it } from 'vitest';
import { rejection, removeBenches } from '../fakes/bench.ts';
import { at, type CrashPoint, failAt } from '../fakes/crash-points.ts';
import { type Call, moments } from '../fakes/faults.ts';
import { createSharedBench, expectEveryWayOut, referenceWorlds } from '../fakes/outcomes.ts';

afterAll(removeBenches);

const worlds = await referenceWorlds();
const probe = await createSharedBench();
await probe.deploy();
const isState = (call: Call) => call.name.startsWith('state.');
const isEffect = (call: Call) => call.isEffect && !isState(call);
const calls = [...probe.faults.calls];

/** One of each kind in each step: the others fail the same way. */
const others = calls.filter(
  (call, index) =>
    !isEffect(call) &&
    calls.findIndex(({ name, step }) => name === call.name && step === call.step) === index,
);
const effects = calls
  .filter(isEffect)
  .flatMap((call) =>
    moments.filter((moment) => moment !== 'middle' || call.hasMiddle).map((moment) => at(call, moment)),
  );

const labelled = (points: readonly CrashPoint[]) => points.map((point) => [point.label, point] as const);

it('knows an effect of every step that has one', () => {
  const steps = new Set(calls.filter(isEffect).map((call) => call.step));
  const wanted = ['preflight', 'logging-sync', 'build', 'host-bridge', 'network', 'compose-gen', 'up'];
  expect([...steps]).toEqual(wanted);
});

describe.concurrent('an effect that fails', () => {
  it.each(labelled(effects))(
    '%s: resume gives the full world, rollback and teardown the empty one',
    async (_, point) => {
      const bench = await createSharedBench();
      bench.faults.arm(failAt(point));
      const error = await rejection(bench.deploy());
      expect(error).toMatchObject({ hint: expect.stringMatching(/.+/) });
      await expectEveryWayOut(bench, worlds);
    },
  );
});

describe.concurrent('a look or a state write that fails', () => {
  const points = others.map((call) => at(call, 'before'));

  it.each(labelled(points))(
    '%s: resume gives the full world, rollback and teardown the empty one',
    async (_, point) => {
      const bench = await createSharedBench();
      bench.faults.arm(failAt(point));
      // Some that only look are told as a part of a longer list, or looked for again.
      await bench.deploy().catch(() => {});
      await expectEveryWayOut(bench, worlds);
    },
  );
});
