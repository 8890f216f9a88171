import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench, rejection, removeBenches } from '../fakes/bench.ts';
import { checkpoint } from '../fakes/checkpoint.ts';
import { crashPoints, killAt } from '../fakes/crash-points.ts';
import { type Call, Killed } from '../fakes/faults.ts';
import { createSharedBench, expectEveryWayOut } from '../fakes/outcomes.ts';
import { createPair, lab, marksOn, meet, standingOf } from '../fakes/side-by-side.ts';
import { snapshot } from '../fakes/snapshot.ts';

afterAll(removeBenches);

/** The steps that meet the other deployment. */
const onTheLan = ['preflight', 'host-bridge', 'network', 'up'];

/** A bench of `office` on a host where `lab` stands. */
async function createBesideLab(): Promise<Bench> {
  const bench = await createSharedBench();
  const other = await createBench(bench);
  await other.deploy({ fleet: lab() });
  return bench;
}

describe('a deploy beside another deployment', async () => {
  const reference = await createBesideLab();
  const empty = await snapshot(reference);
  const all = await crashPoints(reference, () => reference.deploy());
  const points = all.filter(({ call }) => onTheLan.includes(call.step ?? ''));
  const worlds = { empty, full: await snapshot(reference) };
  const standing = standingOf(reference, 'lab');

  it.each(points.map((point) => [point.label, point] as const))(
    'that is killed %s leaves that alone, whichever way out is taken',
    async (_, point) => {
      const bench = await createBesideLab();
      const before = standingOf(bench, 'lab');
      expect(before).toHaveLength(standing.length);
      bench.faults.arm(killAt(point));
      expect(await rejection(bench.deploy())).toBeInstanceOf(Killed);
      expect(standingOf(bench, 'lab')).toEqual(before);
      await expectEveryWayOut(bench, worlds);
      expect(standingOf(bench, 'lab')).toEqual(before);
    },
  );
});

type Command = (bench: Bench, fleet?: ReturnType<typeof lab>) => Promise<unknown>;

const deploy: Command = (bench, fleet) => bench.deploy(fleet === undefined ? {} : { fleet });
const rollback: Command = (bench) => bench.rollback();
const teardown: Command = (bench) => bench.teardown();
const nothing: Command = async () => {};

/** Calls of a command that look at the network or the host's links, or change them. */
function touchesLan({ name }: Call): boolean {
  return /^docker\.\w*Network|^host\.(links|\w+Link|addRoutes)/.test(name);
}

describe.each<[string, { before: [Command, Command]; at: [Command, Command]; stand: string[] }]>([
  ['two rollbacks', { before: [deploy, deploy], at: [rollback, rollback], stand: [] }],
  ['two teardowns', { before: [deploy, deploy], at: [teardown, teardown], stand: [] }],
  ['two deploys', { before: [nothing, nothing], at: [deploy, deploy], stand: ['office', 'lab'] }],
  ['a rollback, and a deploy', { before: [deploy, nothing], at: [rollback, deploy], stand: ['lab'] }],
  ['a deploy, and a teardown', { before: [nothing, deploy], at: [deploy, teardown], stand: ['office'] }],
])('%s of one interface at the same time', (_, { before, at, stand }) => {
  let one: Bench;
  let other: Bench;
  let restore: () => void;
  let calls: readonly number[];
  let wanted: readonly string[];

  beforeAll(async () => {
    ({ one, other } = await createPair());
    await before[0](one);
    await before[1](other, lab());
    const both = [checkpoint(one), checkpoint(other)];
    restore = () => {
      for (const put of both) put();
    };
    restore();
    await at[0](one);
    calls = one.faults.calls.filter(touchesLan).map(({ number }) => number);
    await at[1](other, lab());
    wanted = marksOn(one);
  });

  it('end as one after the other, wherever they meet', async () => {
    expect(calls.length).toBeGreaterThan(5);
    expect(wanted.filter((mark) => mark.startsWith('link '))).toEqual(
      stand.map((name) => `link dn-${name}`).sort(),
    );
    expect(wanted.filter((mark) => mark.startsWith('network '))).toHaveLength(stand.length > 0 ? 1 : 0);
    for (const call of calls) {
      restore();
      await meet(
        { bench: one, command: () => at[0](one), call },
        { bench: other, command: () => at[1](other, lab()) },
      );
      expect({ call, marks: marksOn(one) }).toEqual({ call, marks: wanted });
    }
  });
});
