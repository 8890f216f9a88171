import { access } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  baseContainerName,
  bridgeLinkName,
  networkName,
  serviceContainerName,
} from '../../src/fleet/names.ts';
import { isAlive } from '../../src/process/child.ts';
import type { Child } from '../../src/state/schema.ts';
import { smallFleet } from './fleets.ts';
import { docker, eventually, type Started, succeed } from './on-lab.ts';
import { copyPackage, type PackageCopy } from './package-copy.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { keptOf, marksOf, startsOf } from './world.ts';

const endings = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

async function expectHealthy(site: Site): Promise<void> {
  const report = await site.status();
  expect(troublesOf(report)).toEqual([]);
  expect(report).toMatchObject({ healthy: true, run: { status: 'succeeded' } });
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function childOf(site: Site, step: string): Promise<Child> {
  const child = (await site.readState()).run?.steps.find(({ id }) => id === step)?.children.at(-1);
  if (child === undefined) throw new Error(`Step ${step} has no child on record`);
  return child;
}

/** Starts a deploy and waits until the first of its containers is there. */
/** By what compose says: to ask Docker would take so long that a quick machine has all of it up by then. */
async function deployUntilFirstContainer(site: Site): Promise<Started> {
  const deploy = await site.start(['deploy']);
  await eventually('a container is made, or the deploy ended', () => {
    if (!deploy.isRunning()) throw new Error(`The deploy ended early:\n${deploy.printed()}`);
    return /Container \S+ +Created/.test(deploy.printed());
  });
  return deploy;
}

describe('a build that fails', () => {
  const name = 'mend';
  let copy: PackageCopy;
  let site: Site;

  beforeAll(async () => {
    copy = await copyPackage();
    site = await openSite(smallFleet(name, ['ssh'], ['redis']), copy.cli);
  });

  afterAll(async () => {
    await site?.close();
    await copy?.remove();
  });

  it('stops the deploy before anything runs, and says so', async () => {
    await copy.addToDockerfile('redis', 'RUN no-such-program');
    const { exitCode, stderr } = await site.decnet('deploy');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/error: Could not build decnet\/redis:\w+: .*\[BUILD_FAILED\]/);
    expect(stderr).toContain('no-such-program');
    expect(stderr).toMatch(/next:\n {2}decnet resume --state \S+\n {2}decnet rollback --state \S+/);
    expect(await startsOf(name)).toEqual(new Map());
    const report = await site.status();
    expect(report).toMatchObject({ healthy: false, run: { status: 'failed' } });
    expect(troublesOf(report)).toEqual([
      'box-01 missing',
      'box-01 ssh missing',
      'box-02 missing',
      'box-02 redis missing',
    ]);
  });

  it('is finished by resume once it is mended', async () => {
    await copy.mendDockerfile('redis');
    const { stderr } = await site.succeed('resume');
    // What was built before it failed is not built again.
    expect(stderr).not.toContain('building decnet/ssh:');
    await expectHealthy(site);
  });

  it('touches nothing that runs', async () => {
    const before = await startsOf(name);
    await copy.addToDockerfile('redis', 'RUN no-such-program --again');
    expect(await site.decnet('deploy')).toMatchObject({ exitCode: 1 });
    expect(await startsOf(name)).toEqual(before);
    const report = await site.status();
    expect(troublesOf(report)).toEqual([]);
    expect(report.run?.status).toBe('failed');
    await copy.mendDockerfile('redis');
    await site.succeed('resume');
    expect(await startsOf(name)).toEqual(before);
    await expectHealthy(site);
  });

  it.each(endings)(
    'is interrupted by %s with its state saved and its lock given back',
    async (signal, code) => {
      await copy.addToDockerfile('redis', `RUN sleep 300 # ${signal}`);
      const deploy = await site.start(['deploy']);
      await eventually('the image is being built', () => /RUN sleep 300/.test(deploy.printed()));
      const child = await childOf(site, 'build');
      process.kill(deploy.pid, signal);
      const { exitCode, stderr } = await deploy.ended;
      expect(exitCode).toBe(code);
      expect(stderr).toContain(`step build: interrupted by ${signal}`);
      expect(stderr).toContain('decnet resume');
      const state = await site.readState();
      expect(state.run?.status).toBe('interrupted');
      const build = state.run?.steps.find(({ id }) => id === 'build');
      expect([build?.status, build?.children]).toEqual(['interrupted', []]);
      expect(await isThere(`${site.stateFile}.lock`)).toBe(false);
      expect(await isAlive(child)).toBe(false);
      await copy.mendDockerfile('redis');
      await site.succeed('resume');
      await expectHealthy(site);
    },
  );
});

describe('what somebody broke by hand', () => {
  const name = 'heal';
  const link = bridgeLinkName(name);
  let site: Site;

  beforeAll(async () => {
    site = await openSite(smallFleet(name, ['ssh', 'http'], ['redis']));
    await site.succeed('deploy');
  });

  afterAll(() => site?.close());

  it('a host link that was deleted is made again, and no container touched', async () => {
    const before = await startsOf(name);
    await succeed('host', 'ip', 'link', 'delete', link);
    expect(await site.status()).toMatchObject({ healthy: false, bridge: false });
    await site.succeed('resume');
    expect(await succeed('host', 'ip', 'route', 'get', '198.51.100.70')).toContain(`dev ${link}`);
    expect(await startsOf(name)).toEqual(before);
    await expectHealthy(site);
  });

  it('services that lost the network of a restarted base are told and made again', async () => {
    const before = await startsOf(name);
    await docker('restart', '--time', '1', baseContainerName(name, 'box-01'));
    await eventually('status has noticed', async () =>
      troublesOf(await site.status()).includes('box-01 ssh lost network'),
    );
    expect(troublesOf(await site.status())).toEqual(['box-01 ssh lost network', 'box-01 http lost network']);
    await site.succeed('resume');
    await expectHealthy(site);
    const after = await startsOf(name);
    expect(keptOf(before, after)).toEqual(
      expect.arrayContaining([
        baseContainerName(name, 'box-02'),
        serviceContainerName(name, 'box-02', 'redis'),
      ]),
    );
    const ids = [before, after].map((starts) => starts.get(serviceContainerName(name, 'box-01', 'ssh')));
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('a killed service is told with its exit code and started again', async () => {
    const before = await startsOf(name);
    await docker('kill', serviceContainerName(name, 'box-02', 'redis'));
    expect(troublesOf(await site.status())).toEqual(['box-02 redis exited (137)']);
    await site.succeed('resume');
    await expectHealthy(site);
    const kept = keptOf(before, await startsOf(name));
    expect([...before.keys()].filter((container) => !kept.includes(container))).toEqual([
      serviceContainerName(name, 'box-02', 'redis'),
    ]);
  });

  it('a network that was removed with its containers is made again', async () => {
    await docker('rm', '--force', ...(await startsOf(name)).keys());
    await docker('network', 'rm', networkName('eth0'));
    expect(await site.status()).toMatchObject({ healthy: false });
    await site.succeed('resume');
    await expectHealthy(site);
  });
});

describe('a deploy that is ended while it brings containers up', () => {
  const name = 'crash';
  const services = ['ssh', 'http', 'ftp', 'redis'];
  let site: Site;

  beforeAll(async () => {
    site = await openSite(smallFleet(name, services, services, services));
  });

  afterEach(() => site.succeed('teardown'));

  afterAll(() => site?.close());

  it.each(endings)('by %s saves its state, and resume finishes it', async (signal, exitCode) => {
    const deploy = await deployUntilFirstContainer(site);
    const child = await childOf(site, 'up');
    process.kill(deploy.pid, signal);
    expect(await deploy.ended).toMatchObject({ exitCode });
    expect(await isAlive(child)).toBe(false);
    expect((await site.readState()).run?.status).toBe('interrupted');
    expect(await isThere(`${site.stateFile}.lock`)).toBe(false);
    expect(await site.status()).toMatchObject({ healthy: false, run: { status: 'interrupted' } });
    await site.succeed('resume');
    await expectHealthy(site);
  });

  it('by SIGKILL leaves compose behind, which resume ends before it finishes the deploy', async () => {
    const deploy = await deployUntilFirstContainer(site);
    const child = await childOf(site, 'up');
    // Compose would end by itself soon: of its work, or of its output that nobody reads.
    process.kill(-child.pid, 'SIGSTOP');
    process.kill(deploy.pid, 'SIGKILL');
    await deploy.ended;
    expect(await isAlive(child)).toBe(true);
    const resume = await site.start(['resume']);
    await eventually('resume has found it', () =>
      resume.printed().includes(`Ending pid ${child.pid}, left behind by step up`),
    );
    process.kill(-child.pid, 'SIGCONT');
    expect(await resume.ended).toMatchObject({ exitCode: 0 });
    expect(await isAlive(child)).toBe(false);
    await expectHealthy(site);
  });

  it('by SIGKILL is taken back by rollback, and nothing is left', async () => {
    const deploy = await deployUntilFirstContainer(site);
    process.kill(deploy.pid, 'SIGKILL');
    await deploy.ended;
    const child = await childOf(site, 'up');
    // Compose lives on, and may have come to its end.
    expect((await site.status()).run?.status).toBe('interrupted');
    await site.succeed('rollback');
    expect(await isAlive(child)).toBe(false);
    expect(await marksOf(name)).toEqual([]);
    const report = await site.readState();
    expect(report.run?.status).toBe('rolled-back');
    expect(report.deployment).toBeNull();
  });
});
