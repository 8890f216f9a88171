import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseContainerName, bridgeLinkName, serviceContainerName } from '../../src/fleet/names.ts';
import { docker, run, succeed } from '../integration/on-lab.ts';
import { openSite, type Site } from '../integration/site.ts';
import { type HostWorld, lookAround, marksOf, startsOf } from '../integration/world.ts';
import {
  canConnect,
  doors,
  expectHealthy,
  hasNftables,
  macsOnTheWire,
  parentMac,
  twoDeckies,
} from './lan.ts';

const name = 'office';

let site: Site;
/** The host with nothing of ours. */
let before: HostWorld;
let parent: string;

beforeAll(async () => {
  parent = await parentMac();
  before = await lookAround();
  site = await openSite(twoDeckies(name, 'ipvlan'));
  await site.succeed('deploy');
});

afterAll(() => site?.close());

async function pidOf(container: string): Promise<string> {
  const [pid = ''] = await docker('inspect', '--format', '{{.State.Pid}}', container);
  return pid;
}

describe('a fleet by ipvlan', () => {
  it('is healthy', async () => {
    await expectHealthy(site);
  });

  it('has ipvlan links in its deckies, and on the host', async () => {
    const base = await pidOf(baseContainerName(name, 'box-01'));
    const inside = await succeed(
      'host',
      'nsenter',
      `--net=/proc/${base}/ns/net`,
      'ip',
      '-d',
      'link',
      'show',
      'eth0',
    );
    expect(inside).toMatch(/\bipvlan +mode l2\b/);
    const outside = await succeed('host', 'ip', '-d', 'link', 'show', bridgeLinkName(name));
    expect(outside).toMatch(/\bipvlan +mode l2\b/);
  });

  it('answers the LAN with the MAC of its parent, each address once', async () => {
    expect(await macsOnTheWire()).toEqual([[parent], [parent]]);
    for (const { ip } of doors) {
      expect(await run('attacker', 'ping', '-c', '1', '-W', '3', ip)).toMatchObject({ exitCode: 0 });
    }
  });

  it('lets the attacker in where a service listens, and nowhere else', async () => {
    for (const { ip, open, closed } of doors) {
      expect([ip, await canConnect(ip, open), await canConnect(ip, closed)]).toEqual([ip, true, false]);
    }
    const { stdout } = await run('attacker', 'nc', '-d', '-w', '3', doors[0].ip, '22');
    expect(stdout).toMatch(/^SSH-2\.0-/);
    expect(await succeed('attacker', 'redis-cli', '-h', doors[1].ip, 'PING')).toBe('PONG\n');
  });

  it('answers the host too, over its link', async () => {
    for (const { ip, open } of doors) {
      expect(await succeed('host', 'ip', 'route', 'get', ip)).toContain(`dev ${bridgeLinkName(name)}`);
      const knock = `require('node:net').connect(${open}, '${ip}', () => process.exit(0)).setTimeout(5000, () => process.exit(1))`;
      expect(await run('host', 'node', '-e', knock)).toMatchObject({ exitCode: 0 });
    }
  });

  it('shows no vendor MACs where there are none', async () => {
    const report = await site.status();
    expect(report.deckies.map(({ mac }) => mac)).toEqual([null, null]);
    const { stdout } = await site.succeed('status');
    expect(stdout).toContain(doors[0].ip);
    expect(stdout).not.toMatch(/[0-9a-f]{2}(:[0-9a-f]{2}){5}/i);
    const plan = JSON.parse((await site.succeed('plan', '--json')).stdout);
    expect(plan.fleet.deckies.map(({ mac }: { mac: unknown }) => mac)).toEqual([null, null]);
  });

  it('is kept by a second deploy', async () => {
    const starts = await startsOf(name);
    expect(starts.size).toBe(4);
    const { stderr } = await site.succeed('deploy');
    expect(stderr).toContain('step up: kept');
    expect(await startsOf(name)).toEqual(starts);
  });

  it('is degraded while another machine answers for one of its addresses', async () => {
    const address = [`${doors[1].ip}/24`, 'dev', 'eth0'];
    await succeed('neighbour', 'ip', 'address', 'add', ...address);
    const link = JSON.parse(await succeed('neighbour', 'ip', '-json', 'link', 'show', 'dev', 'eth0'));
    const { healthy, deckies } = await site.status();
    await succeed('neighbour', 'ip', 'address', 'delete', ...address);
    expect(healthy).toBe(false);
    expect(deckies.map(({ conflict }) => conflict)).toEqual(['none', { mac: link[0].address }]);
    await expectHealthy(site);
  });

  it('is held within its limits by this kernel, which has cgroup v2 alone', async () => {
    const container = serviceContainerName(name, 'box-02', 'redis');
    const [limits = ''] = await docker(
      'inspect',
      '--format',
      '{{.HostConfig.PidsLimit}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}',
      container,
    );
    const group = await succeed('host', 'cat', `/proc/${await pidOf(container)}/cgroup`);
    const folder = `/sys/fs/cgroup${/^0::(\S+)$/m.exec(group)?.[1]}`;
    const files = ['pids.max', 'memory.max', 'cpu.max'].map((name) => `${folder}/${name}`);
    const [pids, memory, cpu = ''] = (await succeed('host', 'cat', ...files)).split('\n');
    // Microseconds in so many: cgroup v2's way to say what Docker counts in billionths of a CPU.
    const [quota, period] = cpu.split(' ').map(Number);
    expect(`${pids} ${memory} ${((quota ?? 0) / (period ?? 1)) * 1e9}`).toBe(limits);
  });
});

describe('a fleet by ipvlan whose way out is to be closed', () => {
  it('is contained, or where the kernel cannot, opens no port and says so', async () => {
    const { egress: _, ...fleet } = twoDeckies('shut', 'ipvlan');
    const closed = await openSite(fleet);
    try {
      await site.succeed('teardown');
      const { exitCode, stderr } = await closed.decnet('deploy');
      if (await hasNftables()) {
        expect(exitCode).toBe(0);
        expect((await closed.status()).deckies.map(({ egress }) => egress?.rules)).toEqual([
          'closed',
          'closed',
        ]);
      } else {
        expect(exitCode).toBe(1);
        expect(stderr).toMatch(/box-0\d cannot start: the way out cannot be closed/);
        expect(stderr).toContain('egress.policy: open');
        for (const { ip, open } of doors) expect([ip, await canConnect(ip, open)]).toEqual([ip, false]);
        await closed.succeed('rollback');
        expect(await marksOf('shut')).toEqual([]);
      }
    } finally {
      await closed.close();
      await site.succeed('deploy');
    }
  });
});

describe('a fleet by ipvlan, taken off the wire', () => {
  it('loses the decky that is named, and no other', async () => {
    await site.succeed('teardown', 'box-02');
    expect(await macsOnTheWire()).toEqual([[parent], []]);
    expect(await succeed('host', 'ip', 'route', 'show', 'dev', bridgeLinkName(name))).not.toContain(
      doors[1].ip,
    );
    await expectHealthy(site);
  });

  it('leaves nothing when all of it goes', async () => {
    await site.succeed('teardown');
    expect(await marksOf(name)).toEqual([]);
    expect(await lookAround()).toEqual(before);
    expect(await readdir(site.folder)).toEqual(['fleet.yaml']);
    expect(await macsOnTheWire()).toEqual([[], []]);
  });
});
