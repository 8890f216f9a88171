import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classifyDocker } from '../../src/docker/classify.ts';
import { bridgeLinkName, networkName } from '../../src/fleet/names.ts';
import { ipFailure } from '../../src/host/ip-failure.ts';
import { ensureForeignImage, foreignImage, removeForeign } from '../integration/foreign.ts';
import { docker, run, succeed } from '../integration/on-lab.ts';
import { expectNothingChanged, expectRefusal } from '../integration/refusal.ts';
import { openSite, type Site } from '../integration/site.ts';
import { type HostWorld, lookAround } from '../integration/world.ts';
import { expectDeploys, expectHealthy, macsOnTheWire, parentMac, twoDeckies } from './lan.ts';

const busy = 'Device or resource busy';

type Driver = 'macvlan' | 'ipvlan';

const other = { macvlan: 'ipvlan', ipvlan: 'macvlan' } as const;

describe('one parent, first with macvlan, then with ipvlan, then with macvlan again', () => {
  let site: Site;
  let second: Site;
  /** The host with nothing of ours. */
  let empty: HostWorld;
  let vendors: readonly (readonly string[])[];

  beforeAll(async () => {
    empty = await lookAround();
    site = await openSite(twoDeckies('first', 'macvlan'));
    second = await openSite(twoDeckies('second', 'ipvlan'));
  });

  afterAll(async () => {
    await site?.close();
    await second?.close();
  });

  /** Preflight sees what is there, and the kernel would say the same. */
  async function expectKeepsOff(standing: Driver): Promise<void> {
    await second.write(twoDeckies('second', other[standing]));
    const before = await lookAround();
    expectRefusal(
      await second.decnet('deploy'),
      3,
      `eth0 already carries ${standing} link ${bridgeLinkName('first')}, and cannot carry both kinds`,
      `Remove it, or set network.driver: ${standing}`,
      `Docker network ${networkName('eth0')} carries first and differs (driver is ${standing}, wanted ${other[standing]}`,
      'Nothing was changed',
    );
    await expectNothingChanged(second, before);
    const add = ['link', 'add', 'wrong0', 'link', 'eth0', 'type', other[standing]];
    const { exitCode, stderr } = await run('host', 'ip', ...add);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(busy)]);
    expect(ipFailure('make the link', stderr)).toMatchObject({
      code: 'PARENT_BUSY',
      hint: expect.stringContaining('cannot share a parent'),
    });
  }

  async function teardown(): Promise<void> {
    await site.succeed('teardown');
    expect(await lookAround()).toEqual(empty);
    expect(await macsOnTheWire()).toEqual([[], []]);
  }

  it('carries macvlan, with a MAC for each decky', async () => {
    await expectDeploys(site);
    vendors = await macsOnTheWire();
    expect(new Set([...vendors.flat(), await parentMac()]).size).toBe(3);
  });

  it('carries no ipvlan then, of another fleet', async () => {
    await expectKeepsOff('macvlan');
  });

  it('carries no ipvlan then, of the same fleet, before a teardown', async () => {
    await site.write(twoDeckies('first', 'ipvlan'));
    const { exitCode, stderr } = await site.decnet('deploy');
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('take that down first with decnet teardown'),
    ]);
    await site.write(twoDeckies('first', 'macvlan'));
    await site.succeed('deploy');
    await expectHealthy(site);
  });

  it('carries ipvlan after the teardown, and the attacker, with the old MACs in its cache, gets through at once', async () => {
    await teardown();
    await site.write(twoDeckies('first', 'ipvlan'));
    await expectDeploys(site);
    const parent = await parentMac();
    expect(await macsOnTheWire()).toEqual([[parent], [parent]]);
  });

  it('carries no macvlan then', async () => {
    await expectKeepsOff('ipvlan');
  });

  it('carries macvlan after the teardown, with the MACs of the first time', async () => {
    await teardown();
    await site.write(twoDeckies('first', 'macvlan'));
    await expectDeploys(site);
    expect(await macsOnTheWire()).toEqual(vendors);
    await teardown();
  });
});

describe.each([
  ['macvlan', 'ipvlan'],
  ['ipvlan', 'macvlan'],
] as const)('a child by %s that is hidden in another namespace', (hidden, driver) => {
  const child = 'hidden0';
  let site: Site;

  beforeAll(async () => {
    site = await openSite(twoDeckies('blind', driver));
    await succeed('host', 'ip', 'link', 'add', child, 'link', 'eth0', 'type', hidden);
    await succeed('host', 'ip', 'link', 'set', child, 'netns', 'decnet-lab-neighbour');
  });

  afterAll(async () => {
    await removeForeign({ containers: ['busy'], networks: ['busy'], images: [foreignImage] });
    await run('neighbour', 'ip', 'link', 'delete', child);
    await site?.close();
  });

  it(`is not seen, but keeps ${driver} off the parent: preflight tries, and tells`, async () => {
    const before = await lookAround();
    expect(before.links.join()).not.toContain(child);
    expectRefusal(await site.decnet('deploy'), 3, busy, 'cannot share a parent', 'Nothing was changed');
    await expectNothingChanged(site, before);
  });

  it('makes Docker fail in words that we know', async () => {
    await ensureForeignImage();
    const network = ['--driver', driver, '--subnet', '198.51.100.0/24', '--opt', 'parent=eth0'];
    await docker('network', 'create', ...network, 'busy');
    const { exitCode, stderr } = await run(
      'host',
      'docker',
      'run',
      '--name',
      'busy',
      '--network',
      'busy',
      foreignImage,
    );
    expect(exitCode).not.toBe(0);
    expect(classifyDocker(stderr, { action: 'start' })).toMatchObject({ code: 'PARENT_BUSY' });
  });
});
