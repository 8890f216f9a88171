import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { networkName } from '../../src/fleet/names.ts';
import { smallFleet } from './fleets.ts';
import { addChild, type Child, neighbourMac, release, take } from './holders.ts';
import { docker, eventually, run, succeed } from './on-lab.ts';
import { copyPackage, type PackageCopy } from './package-copy.ts';
import { expectNothingChanged, expectRefusal } from './refusal.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { answersByArp, type HostWorld, lookAround, startsOf } from './world.ts';

const fleet = smallFleet('taken', ['redis'], ['redis']);
const [first, second, next] = ['198.51.100.70', '198.51.100.71', '198.51.100.72'] as const;

let copy: PackageCopy;
let site: Site;
let mac: string;
let before: HostWorld;

beforeAll(async () => {
  copy = await copyPackage();
  site = await openSite(fleet, copy.cli);
  mac = await neighbourMac();
  before = await lookAround();
});

afterEach(() => release(first, second, next));

afterAll(async () => {
  await site?.close();
  await copy?.remove();
});

describe('an address that a machine of the LAN has', () => {
  it('is refused with its holder before anything is made, and what is told to be free is', async () => {
    await take(first, second, next);
    const ended = await site.decnet('deploy');
    expectRefusal(
      ended,
      3,
      `${first} of decky box-01 is in use: ${mac} answers for it on eth0`,
      `${second} of decky box-02 is in use: ${mac} answers for it on eth0`,
    );
    expect(ended.stderr).not.toContain('decnet resume');
    await expectNothingChanged(site, before);
    const free = [...ended.stderr.matchAll(/free after it: ([\d., ]+)\)/g)].flatMap(([, all = '']) =>
      all.split(', '),
    );
    expect(free).toHaveLength(6);
    expect(free).not.toContain(next);
    for (const address of new Set(free)) expect(await answersByArp(address)).toEqual([]);
  });

  it('is in the plan, which changes nothing either', async () => {
    await take(first);
    const { steps } = JSON.parse((await site.succeed('plan', '--json')).stdout);
    expect(steps[0]).toMatchObject({
      step: 'preflight',
      action: 'refuse',
      reasons: [expect.stringContaining(`${first} of decky box-01 is in use: ${mac}`)],
    });
    await expectNothingChanged(site, before);
  });

  it('may be known by a pinned neighbour entry, which stays', async () => {
    const pin = [second, 'lladdr', '02:00:5e:00:00:71', 'dev', 'eth0', 'nud', 'permanent'];
    await succeed('host', 'ip', 'neighbour', 'add', ...pin);
    try {
      expectRefusal(
        await site.decnet('deploy'),
        3,
        `${second} of decky box-02 is pinned to 02:00:5e:00:00:71`,
      );
      const shown = await succeed('host', 'ip', 'neighbour', 'show', second);
      expect(shown).toContain('02:00:5e:00:00:71 PERMANENT');
    } finally {
      await succeed('host', 'ip', 'neighbour', 'delete', second, 'dev', 'eth0');
    }
    await expectNothingChanged(site, before);
  });
});

describe('an address that is taken between preflight and up', () => {
  // Other words each time, or the image would be there already.
  beforeAll(() => copy.addToDockerfile('redis', `RUN sleep 5 # ${Date.now()}`));

  afterAll(() => copy.mendDockerfile('redis'));

  it('is refused with no container made, and with all before it on record', async () => {
    const deploy = await site.start(['deploy']);
    await eventually('images are built', () => deploy.printed().includes('step build: started'));
    await take(first);
    const { exitCode, stderr } = await deploy.ended;
    expect(exitCode).toBe(3);
    expect(stderr).toContain('step build: done');
    expect(stderr).toContain(`${first} of decky box-01 is in use: ${mac} answers for it on `);
    expect(stderr).toMatch(/decnet resume --state .*\n.*decnet rollback --state /);
    expect((await startsOf('taken')).size).toBe(0);
    expect((await docker('network', 'ls', '--format', '{{.Name}}')).join()).toContain(networkName('eth0'));
    const { run: recorded, deployment } = await site.readState();
    expect(recorded).toMatchObject({ status: 'failed', error: { code: 'ADDRESS_IN_USE' } });
    expect(recorded?.steps.map(({ id, status }) => `${id} ${status}`).slice(-3)).toEqual([
      'state-save done',
      'up failed',
      'verify pending',
    ]);
    expect(deployment?.fleet).toEqual(recorded?.fleet);
  });

  it('is refused to resume while it is held, and resume goes on when it is free', async () => {
    await take(first);
    expect(await site.decnet('resume')).toMatchObject({ exitCode: 3 });
    expect((await startsOf('taken')).size).toBe(0);
    await release(first);
    await site.succeed('resume');
    expect(troublesOf(await site.status())).toEqual([]);
  });
});

describe('an address of a running decky that another machine takes', () => {
  it('degrades the status until it is given back', async () => {
    await take(first);
    const report = await site.status();
    expect(report.healthy).toBe(false);
    expect(report.deckies.map(({ conflict }) => conflict)).toEqual([{ mac }, 'none']);
    const { stdout, exitCode } = await site.decnet('status');
    expect(exitCode).toBe(7);
    expect(stdout).toContain(`Another machine answers for ${first} of box-01: ${mac}`);
    await release(first);
    expect(await site.status()).toMatchObject({ healthy: true, deckies: [{ conflict: 'none' }, {}] });
  });

  it('is not hidden by verify, nor waited for', async () => {
    await take(first);
    const start = performance.now();
    const ended = await site.decnet('resume');
    expectRefusal(ended, 1, `box-01: ${mac} answers for ${first} too`);
    // Nothing is taken from anybody by a decky that runs: neither asks for its address.
    expect(ended.stderr).toContain('step preflight: kept');
    expect(ended.stderr).toMatch(/step up: (kept|done)/);
    expect(performance.now() - start).toBeLessThan(20_000);
    await release(first);
    await site.succeed('resume');
  });

  it('is said not to have been looked for without the right to ask', async () => {
    await take(first);
    const noRights = ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin'];
    const { stdout, exitCode } = await run(
      'host',
      ...noRights,
      'decnet',
      'status',
      '--json',
      '--state',
      site.stateFile,
    );
    expect(exitCode).toBe(0);
    const { deckies } = JSON.parse(stdout);
    // What the base says of its rules is read without that right.
    const unseen = { conflict: 'not asked', egress: { rules: 'closed' } };
    expect(deckies).toMatchObject([unseen, unseen]);
  });
});

describe('an address of another child of the same parent', () => {
  let child: Child;

  beforeAll(async () => {
    await site.succeed('teardown');
    child = await addChild(first);
  });

  afterAll(() => child?.remove());

  it('is heard on the host link, before up', async () => {
    const { exitCode, stderr } = await site.decnet('deploy');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('step preflight: done');
    expect(stderr).toContain(`${first} of decky box-01 is in use: ${child.mac} answers for it on dn-taken`);
    expect((await startsOf('taken')).size).toBe(0);
    await site.succeed('rollback');
    expect(await lookAround()).toEqual(before);
  });
});
