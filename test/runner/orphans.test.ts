import { rename, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { probeLinkName } from '../../src/fleet/names.ts';
import type { Orphans } from '../../src/ownership/orphans.ts';
import { orphansOf, removeOrphans } from '../../src/runner/remove-orphans.ts';
import { type Bench, createBench, rejection, removeBenches } from '../fakes/bench.ts';
import { aContainer } from '../fakes/fake-docker.ts';
import { createPair, lab, marksOn, standingOf } from '../fakes/side-by-side.ts';

afterAll(removeBenches);

/** `office` stands under one state file, `lab` under another; a third command looks. */
let office: Bench;
let other: Bench;
let looker: Bench;
beforeEach(async () => {
  ({ one: office, other } = await createPair());
  await office.deploy();
  await other.deploy({ fleet: lab() });
  looker = await createBench(office);
});

const lookingWith = ({ options, paths }: Bench) => ({
  engine: options.engine,
  paths,
  signal: options.signal,
  say: () => {},
});
const find = (bench = looker): Promise<Orphans> => orphansOf(lookingWith(bench));
const namesOf = async (bench?: Bench) => (await find(bench)).deployments.map(({ deployment }) => deployment);
const remove = async () => removeOrphans(lookingWith(looker), await find());
const nothing: Orphans = { deployments: [], networks: [] };

describe('what is an orphan', () => {
  it('is nothing that a state file records', async () => {
    expect(await find()).toEqual(nothing);
  });

  it('is a deployment whose state file is gone, told with all that it has', async () => {
    await rm(office.paths.state);
    expect(await find()).toEqual({
      deployments: [
        {
          deployment: 'office',
          containers: [
            'decnet-office.files-01',
            'decnet-office.files-01.http',
            'decnet-office.files-01.ssh',
            'decnet-office.web-01',
            'decnet-office.web-01.http',
          ],
          links: ['dn-office'],
          networks: [],
          stateFiles: [office.paths.state],
        },
      ],
      // The other deployment needs the network.
      networks: [],
    });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['damaged', () => writeFile(office.paths.state, '{"format":1,')],
    [
      'one of another deployment by now',
      async () => writeFile(office.paths.state, JSON.stringify({ ...(await other.state()) })),
    ],
  ])('is a deployment whose state file is %s', async (_, damage) => {
    await damage();
    expect(await namesOf()).toEqual(['office']);
  });

  it('is the shared network too where nobody else is on it', async () => {
    await rm(office.paths.state);
    await rm(other.paths.state);
    expect(await find()).toMatchObject({ networks: ['decnet-lan.eth0'] });
  });

  it('is a trial of preflight that was killed, and its state file lost', async () => {
    const name = probeLinkName('gone');
    const link = office.world.hostState.links.get('dn-office');
    if (link === undefined) throw new Error('office has no link');
    office.world.hostState.links.set(name, { ...link, name, alias: 'decnet:gone' });
    expect(await find()).toMatchObject({ deployments: [{ deployment: 'gone', links: [name] }] });
  });

  it('is not what the state file at hand records, wherever it was moved', async () => {
    await rename(office.paths.state, looker.paths.state);
    expect(await namesOf()).toEqual([]);
  });

  it('is not what was moved and taken over there since', async () => {
    await rename(office.paths.state, looker.paths.state);
    await looker.resume();
    expect(await namesOf(other)).toEqual([]);
  });

  it('is not what a command is at work on', async () => {
    await rm(office.paths.state);
    await office.session('deploy', async (session) => {
      await session.claim('office');
      expect(await namesOf()).toEqual([]);
    });
  });
});

describe('orphans, removed', () => {
  it('leave the other deployment as it is, and the network to it', async () => {
    await rm(office.paths.state);
    const before = standingOf(office, 'lab');
    await remove();
    expect(standingOf(office, 'lab')).toEqual(before);
    expect(marksOn(office).filter((mark) => /office/.test(mark))).toEqual([]);
    expect(await find()).toEqual(nothing);
  });

  it('leave nothing where there is no other', async () => {
    await rm(office.paths.state);
    await rm(other.paths.state);
    await remove();
    expect(marksOn(office)).toEqual([]);
  });

  it('are left alone where a command has taken them up since they were found', async () => {
    const removing = lookingWith(looker);
    await rm(office.paths.state);
    const found = await find();
    await office.deploy();
    const before = standingOf(office, 'office');
    await removeOrphans(removing, found);
    expect(standingOf(office, 'office')).toEqual(before);
  });

  it('are named where they cannot be removed, and the rest of them goes', async () => {
    await rm(office.paths.state);
    const times = Number.POSITIVE_INFINITY;
    looker.faults.arm({ hits: ({ name }) => name === 'docker.removeContainer', moment: 'before', times });
    const error = await rejection(remove());
    expect(error).toMatchObject({ code: 'ORPHANS_LEFT', exitCode: 5, hint: 'Mend the fake world.' });
    expect(Object(error).message).toContain('still there: container decnet-office.files-01, ');
    expect(office.world.hostState.links.has('dn-office')).toBe(false);
  });

  it('are a network that a foreign container holds: named, and kept', async () => {
    await rm(office.paths.state);
    await rm(other.paths.state);
    const stranger = { ...aContainer('somebody'), networkMode: 'decnet-lan.eth0' };
    office.world.dockerState.containers.set(stranger.id, stranger);
    expect(await rejection(remove())).toMatchObject({
      exitCode: 5,
      message: expect.stringMatching(/still there: network decnet-lan\.eth0 .*\(somebody\)/),
    });
    office.world.dockerState.containers.delete(stranger.id);
    looker.faults.disarm();
    await remove();
    expect(marksOn(office)).toEqual([]);
  });
});
