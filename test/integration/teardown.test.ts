import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseContainerName, bridgeLinkName, labels, serviceContainerName } from '../../src/fleet/names.ts';
import { smallFleet } from './fleets.ts';
import { ensureForeignImage, foreignImage, removeForeign } from './foreign.ts';
import { docker, succeed } from './on-lab.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { answersByArp, type HostWorld, lookAround, marksOf, startsOf } from './world.ts';

const name = 'office';

/** What others have: a network whose name begins like ours, a container in it, a link on the same parent. */
const foreign = {
  containers: ['decnet-office.box-99'],
  networks: ['decnet-office-2'],
  links: ['lan-monitor'],
};

let site: Site;
/** The host with nothing of ours. */
let before: HostWorld;

beforeAll(async () => {
  await removeForeign(foreign);
  await ensureForeignImage();
  const [network = '', container = '', link = ''] = [
    ...foreign.networks,
    ...foreign.containers,
    ...foreign.links,
  ];
  await docker('network', 'create', '--subnet', '203.0.113.0/24', network);
  await docker('run', '--detach', '--init', '--network', network, '--name', container, foreignImage);
  await succeed('host', 'ip', 'link', 'add', link, 'link', 'eth0', 'type', 'macvlan', 'mode', 'bridge');
  before = await lookAround();
  site = await openSite(smallFleet(name, ['redis'], ['redis'], ['redis']));
  await site.succeed('deploy');
});

afterAll(async () => {
  try {
    await site?.close();
  } finally {
    await removeForeign({ ...foreign, images: [foreignImage] });
  }
});

async function expectNothingLeft(files: readonly string[] = ['fleet.yaml']): Promise<void> {
  expect(await marksOf(name)).toEqual([]);
  expect(await lookAround()).toEqual(before);
  expect((await readdir(site.folder)).sort()).toEqual([...files].sort());
}

describe('the teardown of one decky', () => {
  it('takes it off the wire and leaves the others as they are', async () => {
    expect(await answersByArp('198.51.100.71')).toHaveLength(1);
    const starts = await startsOf(name);
    await site.succeed('teardown', 'box-02');
    const gone = [baseContainerName(name, 'box-02'), serviceContainerName(name, 'box-02', 'redis')];
    expect(await startsOf(name)).toEqual(
      new Map([...starts].filter(([container]) => !gone.includes(container))),
    );
    expect(await answersByArp('198.51.100.71')).toEqual([]);
    expect(await answersByArp('198.51.100.72')).toHaveLength(1);
  });

  it('frees its route, and its places in compose file and state', async () => {
    const routes = await succeed('host', 'ip', 'route', 'show', 'dev', bridgeLinkName(name));
    expect(routes).not.toContain('198.51.100.71');
    expect(routes).toContain('198.51.100.70');
    expect(await readFile(join(site.folder, '.decnet/decnet-compose.yml'), 'utf8')).not.toContain('box-02');
    const { deployment } = await site.readState();
    expect(deployment?.fleet.deckies.map((decky) => decky.name)).toEqual(['box-01', 'box-03']);
    expect(deployment?.routes).toEqual(['198.51.100.70/32', '198.51.100.72/32']);
  });

  it('leaves a healthy deployment', async () => {
    const report = await site.status();
    expect(troublesOf(report)).toEqual([]);
    expect(report.deckies).toHaveLength(2);
  });

  it('refuses a name that no decky has, and changes nothing', async () => {
    const starts = await startsOf(name);
    const { exitCode, stderr } = await site.decnet('teardown', 'box-04');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/No decky is called box-04; there are: box-01, box-03\nDid you mean box-0[13]\?/);
    expect(await startsOf(name)).toEqual(starts);
  });
});

describe('the teardown of all', () => {
  it('leaves nothing of ours and everything of others', async () => {
    await site.succeed('teardown');
    await expectNothingLeft();
    expect(await answersByArp('198.51.100.70')).toEqual([]);
    const seen = await docker('inspect', '--format', '{{.State.Running}}', ...foreign.containers);
    expect(seen).toEqual(['true']);
  });

  it('has nothing to do the second time', async () => {
    const { stderr } = await site.succeed('teardown');
    expect(stderr).toBe('Nothing to take down\n');
    await expectNothingLeft();
  });

  it('goes by the marks where the state file is gone', async () => {
    await site.succeed('deploy');
    await rm(site.stateFile);
    const { exitCode, stderr } = await site.decnet('teardown');
    expect(exitCode).toBe(4);
    expect(stderr).toContain(`this host has marks of: ${name}`);
    expect(stderr).toContain('decnet teardown --name NAME');
    expect((await startsOf(name)).size).toBe(6);
    await site.succeed('teardown', '--name', name);
    await expectNothingLeft();
  });

  it('refuses a damaged state file, and goes by the marks when told the name', async () => {
    await site.succeed('deploy');
    const half = (await readFile(site.stateFile, 'utf8')).slice(0, 700);
    await writeFile(site.stateFile, half);
    const { exitCode, stderr } = await site.decnet('teardown');
    expect(exitCode).toBe(4);
    expect(stderr).toContain(`The state file ${site.stateFile} is damaged`);
    expect(stderr).toContain(`Put the backup ${site.stateFile}.backup in its place`);
    expect(await readFile(site.stateFile, 'utf8')).toBe(half);
    expect((await startsOf(name)).size).toBe(6);
    await site.succeed('teardown', '--name', name);
    await expectNothingLeft(['fleet.yaml', 'decnet-state.json.damaged']);
    expect(await readFile(`${site.stateFile}.damaged`, 'utf8')).toBe(half);
    await rm(`${site.stateFile}.damaged`);
  });

  it('takes our images too when asked, and no other', async () => {
    await site.succeed('deploy');
    const { deployment } = await site.readState();
    const used = [deployment?.images.runtime.tag, deployment?.images.services.redis?.tag];
    const tags = (): Promise<readonly string[]> =>
      docker('image', 'ls', '--filter', `label=${labels.image}`, '--format', '{{.Repository}}:{{.Tag}}');
    expect(await tags()).toEqual(expect.arrayContaining(used));
    await site.succeed('teardown', '--images');
    await expectNothingLeft();
    // Images of services that this fleet has not are other deployments'.
    expect(await tags()).not.toContain(used[1]);
    expect(await docker('image', 'ls', '--quiet', foreignImage)).toHaveLength(1);
  });
});
