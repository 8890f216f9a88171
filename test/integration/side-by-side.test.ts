import { rename, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bridgeLinkName, networkName, serviceContainerName } from '../../src/fleet/names.ts';
import { fleetFrom, smallFleet } from './fleets.ts';
import { addNeighbours, foreignImage, lookAtNeighbours, neighbours, removeForeign } from './foreign.ts';
import { knockDuring } from './knocking.ts';
import { docker, eventually, run, succeed } from './on-lab.ts';
import { expectRefusal } from './refusal.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { answersByArp, type HostWorld, keptOf, lookAround, marksOf, startsOf } from './world.ts';

/** Two deployments on one interface and LAN: one that changes, and one that must not notice. */
const small = smallFleet('left', ['redis']);
const large = smallFleet('left', ['redis'], ['ftp']);
const other = fleetFrom(80, 'right', ['redis']);
const leftPort = { ip: '198.51.100.70', port: 6379 };
const rightPort = { ip: '198.51.100.80', port: 6379 };

let left: Site;
let right: Site;
/** The host with nothing of ours. */
let empty: HostWorld;
let foreign: readonly string[];

beforeAll(async () => {
  await addNeighbours();
  empty = await lookAround();
  foreign = await lookAtNeighbours();
  left = await openSite(small);
  right = await openSite(other);
});

afterAll(async () => {
  try {
    await left?.close();
    await right?.close();
  } finally {
    await removeForeign({ ...neighbours, images: [foreignImage] });
  }
});

/** The host link and its routes of a deployment, as the kernel has them. */
async function wayTo(name: string): Promise<string> {
  const link = bridgeLinkName(name);
  const seen = await Promise.all([
    succeed('host', 'ip', '-o', 'link', 'show', 'dev', link),
    succeed('host', 'ip', 'route', 'show', 'dev', link),
  ]);
  return seen.join('');
}

/** Nothing of `right` is made or started again while `work` goes on, and its service answers throughout. */
async function expectUndisturbed(work: () => Promise<unknown>): Promise<void> {
  const before = await Promise.all([startsOf('right'), wayTo('right')]);
  const { answered, refused } = await knockDuring(rightPort, work);
  expect(refused).toBe(0);
  expect(answered).toBeGreaterThan(5);
  expect(await Promise.all([startsOf('right'), wayTo('right')])).toEqual(before);
  expect(await lookAtNeighbours()).toEqual(foreign);
}

async function expectHealthy(...sites: readonly Site[]): Promise<void> {
  for (const site of sites) expect(troublesOf(await site.status())).toEqual([]);
}

describe('two deployments on one interface and LAN', () => {
  it('are deployed at the same time, onto one network', async () => {
    await Promise.all([left.succeed('deploy'), right.succeed('deploy')]);
    await expectHealthy(left, right);
    const networks = await docker('network', 'ls', '--filter', 'driver=macvlan', '--format', '{{.Name}}');
    expect(networks).toEqual([networkName('eth0')]);
  });

  it('are both seen from the LAN, each decky with its MAC', async () => {
    for (const site of [left, right]) {
      const { deckies } = await site.status();
      for (const { ip, mac } of deckies) expect(await answersByArp(ip)).toEqual([mac]);
    }
    for (const { ip, port } of [leftPort, rightPort]) {
      expect(await run('attacker', 'nc', '-z', '-w', '3', ip, String(port))).toMatchObject({ exitCode: 0 });
    }
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'a deploy of an edited fleet',
      async () => {
        await left.write(large);
        await left.succeed('deploy');
      },
    ],
    ['the teardown of one decky', () => left.succeed('teardown', 'box-02')],
    ['a full teardown', () => left.succeed('teardown')],
    [
      'a deploy and its rollback',
      async () => {
        await left.write(small);
        await left.succeed('deploy');
        await expectHealthy(left);
        await left.succeed('rollback');
      },
    ],
    ['a deploy', () => left.succeed('deploy')],
  ])('do not disturb each other: %s', async (_, work) => {
    await expectUndisturbed(work);
  });

  it('share no address: the second one is refused, told whose it is', async () => {
    const site = await openSite(fleetFrom(80, 'third', ['redis']));
    try {
      expectRefusal(await site.decnet('deploy'), 3, "address 198.51.100.80 is deployment right's");
    } finally {
      await rm(site.folder, { recursive: true });
    }
  });
});

describe('a name that stands under one state file', () => {
  let second: Site;
  beforeAll(async () => {
    second = await openSite(small);
  });
  afterAll(() => rm(second.folder, { recursive: true, force: true }));

  it('is refused to another one, told where it stands', async () => {
    const before = await startsOf('left');
    for (const command of [['deploy'], ['teardown', '--name', 'left']]) {
      expectRefusal(await second.decnet(...command), 4, 'under another state file', left.stateFile);
    }
    expect(await startsOf('left')).toEqual(before);
    await expectHealthy(left);
  });

  it('is refused to another one at the same time, told who is at work', async () => {
    await left.succeed('teardown');
    const first = await left.start(['deploy']);
    await eventually('the first is at work', () => first.printed().includes('step preflight'));
    expectRefusal(await second.decnet('deploy'), 6, `--state ${left.stateFile} (pid ${first.pid})`);
    expect(await first.ended).toMatchObject({ exitCode: 0 });
  });

  it('is kept as it is when its folder is moved, but for what is broken', async () => {
    const before = await startsOf('left');
    const victim = serviceContainerName('left', 'box-01', 'redis');
    const moved = `${left.folder}-moved`;
    await rename(left.folder, moved);
    const state = ['--state', `${moved}/decnet-state.json`];
    await docker('rm', '--force', victim);
    expect(await run('host', 'decnet', 'resume', ...state)).toMatchObject({ exitCode: 0 });
    const kept = keptOf(before, await startsOf('left'));
    expect([...before.keys()].filter((name) => !kept.includes(name))).toEqual([victim]);
    // Nor does anything look lost to who looks from elsewhere.
    const { stderr } = await second.succeed('teardown', '--orphans');
    expect(stderr).toContain('Nothing of decnet is here');
    await rename(moved, left.folder);
    await left.succeed('resume');
    expect(keptOf(before, await startsOf('left'))).toEqual(kept);
  });
});

describe('what a lost state file left', () => {
  it('is listed, and nothing is changed', async () => {
    await rm(left.stateFile);
    const before = await lookAround();
    const { stdout, stderr } = await right.succeed('teardown', '--orphans');
    expect(stdout).toMatch(/^left +container +decnet-left\.box-01 /m);
    expect(stdout).toMatch(/^ +link +dn-left$/m);
    expect(stdout).not.toMatch(/right|foreign|decnet-lan|decnet_lan2/);
    expect(stderr).toContain('decnet teardown --orphans --yes');
    const { deployments } = JSON.parse((await right.succeed('teardown', '--orphans', '--json')).stdout);
    expect(deployments).toMatchObject([
      { deployment: 'left', stateFiles: expect.arrayContaining([left.stateFile]) },
    ]);
    expect(await lookAround()).toEqual(before);
  });

  it('is removed when told to, and nothing else', async () => {
    await expectUndisturbed(() => right.succeed('teardown', '--orphans', '--yes'));
    expect(await marksOf('left')).toEqual([]);
    expect((await right.succeed('teardown', '--orphans')).stderr).toContain('Nothing of decnet is here');
  });
});

describe('two deployments that come and go at the same time', () => {
  it('are a teardown and a deploy: one is gone and the other healthy', async () => {
    await Promise.all([right.succeed('teardown'), left.succeed('deploy')]);
    await expectHealthy(left);
    await Promise.all([left.succeed('teardown'), right.succeed('deploy')]);
    await expectHealthy(right);
  });

  it('are two rollbacks: the last one out removes the network', async () => {
    await left.succeed('deploy');
    await Promise.all([left.succeed('rollback'), right.succeed('rollback')]);
    expect(await lookAround()).toEqual(empty);
    expect(await lookAtNeighbours()).toEqual(foreign);
  });
});
