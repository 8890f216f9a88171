import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench, removeBenches } from '../fakes/bench.ts';
import { checkpoint } from '../fakes/checkpoint.ts';
import type { Call } from '../fakes/faults.ts';
import { expectEveryWayOut } from '../fakes/outcomes.ts';
import { createPair, lab, marksOn, meet, standingOf } from '../fakes/side-by-side.ts';
import { type Snapshot, snapshot } from '../fakes/snapshot.ts';
import { createStage } from '../fakes/stage.ts';

afterAll(removeBenches);

/** The steps that meet the other deployment. */
const onTheLan = ['preflight', 'host-bridge', 'network', 'up'];

let alone: Snapshot | null = null;
const beside = await createStage(
  async (bench) => {
    const other = await createBench(bench);
    await other.deploy({ fleet: lab() });
    alone = await snapshot(bench);
  },
  (bench) => bench.deploy(),
);
const full = await snapshot(beside.bench);
const standing = standingOf(beside.bench, 'lab');

describe('a deploy beside another deployment', () => {
  const points = beside.points.filter(([, { call }]) => onTheLan.includes(call.step ?? ''));

  it.each(points)('that is killed %s leaves that alone, whichever way out is taken', async (_, point) => {
    if (alone === null) throw new Error('Nothing was prepared');
    await beside.kill(point);
    expect(standingOf(beside.bench, 'lab')).toEqual(standing);
    await expectEveryWayOut(beside.bench, { empty: alone, full });
    expect(standingOf(beside.bench, 'lab')).toEqual(standing);
  });
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
