import { expect, it } from 'vitest';
import { findHolders } from '../../src/host/holders.ts';
import type { Ip } from '../../src/host/ip.ts';

interface Entry {
  readonly lladdr?: string;
  readonly state: string;
}

interface Lan {
  /** MAC by address, of those that answer. */
  readonly machines?: Readonly<Record<string, string>>;
  /** The neighbour table before the question. */
  readonly table?: Readonly<Record<string, Entry>>;
  /** How many questions to each address get lost before one is heard. */
  readonly deafFor?: number;
  /** An `ip` before 5.16. */
  readonly isOld?: boolean;
}

/** A link's neighbour table, and what `ip` does to it. */
function fakeLink({ machines = {}, table = {}, deafFor = 0, isOld = false }: Lan) {
  const entries = new Map(Object.entries(table));
  const asked: string[] = [];
  const run = (line: string): string => {
    const [, verb, address = ''] = line.split(' ');
    if (verb === 'delete')
      return entries.delete(address) ? '' : 'RTNETLINK answers: No such file or directory';
    if (isOld) return 'Error: either "to" is duplicate, or "use" is a garbage.';
    asked.push(address);
    const mac = machines[address];
    const isHeard = asked.filter((one) => one === address).length > deafFor;
    // As the kernel: it asks at once only for an address that it does not know.
    if (entries.has(address)) return '';
    entries.set(address, mac && isHeard ? { lladdr: mac, state: 'REACHABLE' } : { state: 'INCOMPLETE' });
    return '';
  };
  const ip: Ip = async (_args, lines) => {
    if (lines === undefined) {
      const shown = [...entries].map(([dst, { state, ...rest }]) => ({ dst, ...rest, state: [state] }));
      return { exitCode: 0, stdout: JSON.stringify(shown), stderr: '' };
    }
    const complaints = lines.map(run).filter((text) => text !== '');
    return { exitCode: complaints.length === 0 ? 0 : 1, stdout: '', stderr: complaints.join('\n') };
  };
  return { ip, entries, asked };
}

const mac = '02:00:00:00:00:07';
const [one, two] = ['198.51.100.70', '198.51.100.71'] as const;
const question = { link: 'eth0', addresses: [one, two], rounds: 2, wait: 1 };

it('answers who holds an address, and null where nobody speaks up', async () => {
  const { ip } = fakeLink({ machines: { [one]: mac } });
  expect(await findHolders(ip, question)).toEqual(
    new Map([
      [one, { mac, isPinned: false }],
      [two, null],
    ]),
  );
});

it('believes no entry that is older than the question', async () => {
  const { ip } = fakeLink({ table: { [one]: { lladdr: mac, state: 'REACHABLE' } } });
  expect((await findHolders(ip, question)).get(one)).toBeNull();
});

it('asks silence once more in every round, and no other', async () => {
  const { ip, asked } = fakeLink({ machines: { [one]: mac, [two]: mac }, deafFor: 1 });
  expect([...(await findHolders(ip, question)).values()]).toEqual(Array(2).fill({ mac, isPinned: false }));
  expect(asked).toEqual([one, two, one, two]);

  const half = fakeLink({ machines: { [one]: mac } });
  await findHolders(half.ip, question);
  expect(half.asked).toEqual([one, two, two]);
});

it('ends with the round in which all have answered', async () => {
  const { ip, asked } = fakeLink({ machines: { [one]: mac, [two]: mac } });
  await findHolders(ip, question);
  expect(asked).toEqual([one, two]);
});

it.each(['PERMANENT', 'NOARP'])(
  'takes a %s entry for a holder, and neither asks nor touches it',
  async (state) => {
    const pinned = { lladdr: mac, state };
    const { ip, entries, asked } = fakeLink({ table: { [one]: pinned } });
    expect((await findHolders(ip, question)).get(one)).toEqual({ mac, isPinned: true });
    expect(entries.get(one)).toEqual(pinned);
    expect(asked).not.toContain(one);
  },
);

it('leaves in the table what it knew and hears again, and nothing of its own', async () => {
  const other = { lladdr: '02:00:00:00:00:01', state: 'STALE' };
  const { ip, entries } = fakeLink({
    machines: { [one]: mac, [two]: mac },
    table: { '198.51.100.1': other, [one]: { lladdr: mac, state: 'STALE' } },
  });
  await findHolders(ip, { ...question, addresses: [one, two, '198.51.100.72'] });
  expect(Object.fromEntries(entries)).toEqual({
    '198.51.100.1': other,
    [one]: { lladdr: mac, state: 'REACHABLE' },
  });
});

it('leaves out what could not be asked: routes of an old ip lead elsewhere', async () => {
  const { ip } = fakeLink({ isOld: true });
  // Loopback: the datagrams that stand in for a question must not leave this machine.
  expect(await findHolders(ip, { ...question, addresses: ['127.0.0.1'] })).toEqual(new Map());
});

it('asks for nothing where there is nothing to ask', async () => {
  const { ip, asked } = fakeLink({});
  expect(await findHolders(ip, { ...question, addresses: [] })).toEqual(new Map());
  expect(asked).toEqual([]);
});
