import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedFleet } from '../../src/fleet/resolved.ts';
import { lookForSecondHolders } from '../../src/observe/second-holders.ts';
import { type Bench, createBench, removeBenches } from '../fakes/bench.ts';
import { parentLink } from '../fakes/fake-host.ts';
import { office } from '../fakes/fleet.ts';

afterAll(removeBenches);

const other = '02:00:00:00:bb:01';
const [files] = office().deckies;
if (files === undefined) throw new Error('There are two');

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});

async function conflictOf(base: 'up' | 'missing' = 'up', fleet: ResolvedFleet = office()) {
  const judge = await lookForSecondHolders(bench.world.host, fleet, 300);
  return judge({ decky: 'files-01', ip: '198.51.100.70', base });
}

it('is none where nobody but the decky has its address', async () => {
  expect(await conflictOf()).toBe('none');
});

it('is the MAC of another machine that answers', async () => {
  bench.world.hostState.lan.set(files.ip, other);
  expect(await conflictOf()).toEqual({ mac: other });
  expect(await conflictOf('missing')).toEqual({ mac: other });
});

it("is none where a LAN sends broadcasts back, so that the decky's own answer is heard", async () => {
  bench.world.hostState.lan.set(files.ip, files.mac ?? '');
  expect(await conflictOf()).toBe('none');
  // Nobody here could have given it.
  expect(await conflictOf('missing')).toEqual({ mac: files.mac });
});

it("is none on ipvlan where the answer has the parent's MAC", async () => {
  bench.world.hostState.lan.set(files.ip, parentLink.mac);
  const deckies = office().deckies.map((decky) => ({ ...decky, mac: null }));
  expect(await conflictOf('up', office({ deckies }))).toBe('none');
});

describe('is said not to have been asked', () => {
  it.each<[string, () => unknown]>([
    [
      'without the right to',
      () => {
        bench.world.hostState.isRoot = false;
      },
    ],
    ['where the parent is gone', () => bench.world.hostState.links.delete('eth0')],
    ['where the parent is down', () => bench.world.hostState.links.set('eth0', { ...parentLink, up: false })],
    ['where a pinned entry answers', () => bench.world.hostState.pinned.set(`eth0 ${files.ip}`, other)],
    [
      'where nothing could be sent',
      () => bench.faults.arm({ hits: ({ name }) => name === 'host.findHolders', moment: 'before' }),
    ],
  ])('%s', async (_, prepare) => {
    bench.world.hostState.lan.set(files.ip, other);
    prepare();
    expect(await conflictOf()).toBe('not asked');
  });
});
