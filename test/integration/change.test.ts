import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetInput } from '../../src/fleet/schema.ts';
import { smallFleet } from './fleets.ts';
import { expectRefusal } from './refusal.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { answersByArp, startsOf } from './world.ts';

const two = smallFleet('changing', ['ssh'], ['redis']);
const three = smallFleet('changing', ['ssh'], ['redis'], ['ftp']);

let site: Site;

beforeAll(async () => {
  site = await openSite(two);
  await site.succeed('deploy');
});

afterAll(() => site?.close());

/** Deploys the changed fleet; answers when each container that stood before and stands still was started. */
async function change(to: FleetInput): Promise<{ before: Starts; after: Starts }> {
  const before = await startsOf('changing');
  await site.write(to);
  await site.succeed('deploy');
  expect(troublesOf(await site.status())).toEqual([]);
  return { before, after: await startsOf('changing') };
}

type Starts = ReadonlyMap<string, string>;

describe('a deploy of a changed fleet over the one on the wire', () => {
  it('adds a decky and touches no other', async () => {
    const { before, after } = await change(three);
    expect(after.size).toBe(before.size + 2);
    expect(after).toEqual(new Map([...after, ...before]));
  });

  it('takes a decky out and touches no other', async () => {
    const { before, after } = await change(two);
    expect(after.size).toBe(before.size - 2);
    expect(before).toEqual(new Map([...before, ...after]));
    expect(await answersByArp('198.51.100.72')).toEqual([]);
  });

  it('is refused under another name', async () => {
    const before = await startsOf('changing');
    await site.write({ ...two, name: 'renamed' });
    expectRefusal(await site.decnet('deploy'), 4, 'Deployment changing is on the wire', 'decnet teardown');
    expect(await startsOf('changing')).toEqual(before);
    await site.write(two);
  });
});
