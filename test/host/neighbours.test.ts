import { expect, it } from 'vitest';
import type { Ip } from '../../src/host/ip.ts';
import { answersIn, askNeighbours } from '../../src/host/neighbours.ts';

interface Entry {
  readonly dst: string;
  readonly lladdr?: string;
  readonly state: readonly string[];
}

/** A neighbour table that is what `rounds` say, one a look, the last for ever. */
function fakeTable(...rounds: readonly (readonly Entry[])[]) {
  const batches: (readonly string[])[] = [];
  let look = 0;
  const ip: Ip = async (_args, lines) => {
    if (lines !== undefined) {
      batches.push(lines);
      return { exitCode: 0, stdout: '', stderr: '' };
    }
    const round = rounds[Math.min(look++, rounds.length - 1)];
    return { exitCode: 0, stdout: JSON.stringify(round), stderr: '' };
  };
  return { ip, batches };
}

const mac = '02:00:00:00:00:07';
const question = { link: 'dn-office', addresses: ['198.51.100.70', '198.51.100.71'], timeout: 150 };

it('forgets what it knew before it asks, so that no answer is older than the question', async () => {
  const { ip, batches } = fakeTable(
    [{ dst: '198.51.100.70', lladdr: mac, state: ['STALE'] }],
    [{ dst: '198.51.100.70', state: ['INCOMPLETE'] }],
  );
  expect(await askNeighbours(ip, question)).toEqual(new Map());
  expect(batches[0]).toEqual([
    'neighbour delete 198.51.100.70 dev dn-office',
    'neighbour replace 198.51.100.70 dev dn-office use',
    'neighbour replace 198.51.100.71 dev dn-office use',
  ]);
});

it('ends as soon as all have answered', async () => {
  const { ip } = fakeTable(
    [],
    question.addresses.map((dst) => ({ dst, lladdr: mac, state: ['REACHABLE'] })),
  );
  const start = performance.now();
  expect(await askNeighbours(ip, { ...question, timeout: 5_000 })).toEqual(
    new Map(question.addresses.map((address) => [address, mac])),
  );
  expect(performance.now() - start).toBeLessThan(1_000);
});

it('asks again for what the kernel gave up', async () => {
  const { ip, batches } = fakeTable([], [{ dst: '198.51.100.71', state: ['FAILED'] }]);
  await askNeighbours(ip, question);
  expect(batches[1]).toEqual(['neighbour replace 198.51.100.71 dev dn-office use']);
});

it('leaves a pinned entry alone and takes it for no answer', async () => {
  const pinned = { dst: '198.51.100.70', lladdr: mac, state: ['PERMANENT'] };
  const { ip, batches } = fakeTable([pinned]);
  expect(await askNeighbours(ip, question)).toEqual(new Map());
  expect(batches[0]).toEqual(['neighbour replace 198.51.100.71 dev dn-office use']);
});

it('does not report a neighbour that nobody asked for', async () => {
  const { ip } = fakeTable([], [{ dst: '198.51.100.1', lladdr: mac, state: ['REACHABLE'] }]);
  expect(await askNeighbours(ip, question)).toEqual(new Map());
});

it.each(['REACHABLE', 'STALE', 'DELAY', 'PROBE'])('takes %s for an answer', (state) => {
  expect(answersIn([{ address: '198.51.100.70', mac, states: [state] }]).size).toBe(1);
});

it.each(['INCOMPLETE', 'FAILED', 'NOARP', 'PERMANENT'])('takes %s for none', (state) => {
  expect(answersIn([{ address: '198.51.100.70', mac, states: [state] }]).size).toBe(0);
});
