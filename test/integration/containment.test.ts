import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseContainerName, bridgeLinkName, serviceContainerName } from '../../src/fleet/names.ts';
import { labNetwork } from '../../src/lab/layout.ts';
import { tryToGetOut } from './break-out.ts';
import { smallFleet } from './fleets.ts';
import { listenEverywhere } from './listeners.ts';
import { docker, eventually, linesOf, run, succeed } from './on-lab.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { startsOf } from './world.ts';

const name = 'contain';
const fleet = smallFleet(name, ['ssh', 'http'], ['ftp', 'redis']);
const { addresses } = labNetwork;
const [first, second] = ['198.51.100.70', '198.51.100.71'];
const services = fleet.deckies.flatMap((decky) =>
  (decky.services ?? []).map((service) => serviceContainerName(name, decky.name ?? '', service)),
);

let site: Site;
let listeners: Awaited<ReturnType<typeof listenEverywhere>>;
let bridge = '';

beforeAll(async () => {
  site = await openSite(fleet);
  await site.succeed('deploy');
  bridge = (await site.readState()).deployment?.fleet.network.bridgeAddress ?? '';
  listeners = await listenEverywhere();
});

afterAll(async () => {
  await listeners?.close();
  await site?.close();
});

async function pidOf(container: string): Promise<string> {
  return (await docker('inspect', '--format', '{{.State.Pid}}', container))[0] ?? '';
}

async function events(decky: string): Promise<readonly Record<string, unknown>[]> {
  const { stdout } = await site.succeed('logs', decky, '--json');
  return linesOf(stdout).map((line) => JSON.parse(line));
}

describe('whoever has a shell in a service container', () => {
  const targets = (own: string): readonly string[] => [
    addresses.host,
    bridge,
    addresses.neighbour,
    addresses.attacker,
    own === first ? second : first,
    '203.0.113.7',
  ];

  it('would reach the listeners, were it not for the rules', async () => {
    const reached = await tryToGetOut({
      role: 'attacker',
      targets: [addresses.host, bridge, addresses.neighbour],
    });
    for (const way of ['tcp', 'udp', 'icmp'])
      expect(
        reached.filter((one) => one.includes(way)),
        way,
      ).toHaveLength(3);
    listeners.forget();
  });

  it.each(services.flatMap((container) => [65534, 0].map((user) => [container, user] as const)))(
    'of %s as user %i gets nowhere, and no name resolved',
    async (container, user) => {
      const own = container.includes('box-01') ? first : second;
      expect(await tryToGetOut({ container, user, targets: targets(own) })).toEqual([]);
      expect(listeners.heard()).toEqual([]);
    },
  );

  it('is told of, with where it wanted to go', async () => {
    const denied = (await events('box-01')).filter(({ event }) => event === 'egress-denied');
    expect(denied).toContainEqual(
      expect.objectContaining({
        service: 'base',
        dst_ip: addresses.attacker,
        dst_port: 7001,
        protocol: 'tcp',
      }),
    );
    expect(denied).toContainEqual(expect.objectContaining({ dst_ip: '127.0.0.11' }));
    const [status] = (await site.status()).deckies;
    expect(status?.egress).toMatchObject({ rules: 'closed' });
    expect(status?.egress?.refused).toBeGreaterThan(10);
    expect((await site.decnet('status')).stdout).toMatch(/box-01 called out: \d+ packets were refused/);
  });

  it('answers who asked, by UDP too, and nobody else', async () => {
    const container = serviceContainerName(name, 'box-01', 'ssh');
    const server = [
      'import socket',
      's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("0.0.0.0", 5000)); s.settimeout(20)',
      'data, peer = s.recvfrom(99); s.sendto(b"answer", peer)',
    ].join('\n');
    const answering = docker('exec', container, 'python3', '-c', server);
    await eventually('the server listens', async () =>
      /:1388 /.test((await docker('exec', container, 'cat', '/proc/net/udp')).join('\n')),
    );
    const client = [
      'import socket',
      's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5)',
      `s.sendto(b"ask", ("${first}", 5000)); print(s.recv(99).decode())`,
    ].join('\n');
    expect(await succeed('attacker', 'python3', '-c', client)).toBe('answer\n');
    await answering;
  });
});

describe('a container', () => {
  it.each(services)(
    'of %s has no privilege, and nothing to write to but a little memory',
    async (container) => {
      const seen = await succeed(
        'host',
        'docker',
        'exec',
        '--user',
        '0',
        container,
        'sh',
        '-c',
        'grep -E "^(Cap...|NoNewPrivs|Seccomp):" /proc/self/status; cat /proc/self/mountinfo',
      );
      expect(seen).toMatch(/CapPrm:\t0+\n/);
      expect(seen).toMatch(/CapEff:\t0+\n/);
      expect(seen).toMatch(/CapBnd:\t0+\n/);
      expect(seen).toContain('NoNewPrivs:\t1\n');
      expect(seen).toContain('Seccomp:\t2\n');
      const mounts = linesOf(seen)
        .map((line) => line.split(' '))
        .filter((fields) => fields.includes('-'));
      const optionsAt = (place: string): string => mounts.find((fields) => fields[4] === place)?.[5] ?? '';
      for (const place of ['/', '/proc/sys', '/sys', '/proc/bus', '/proc/fs', '/proc/irq'])
        expect(optionsAt(place), place).toMatch(/^ro/);
      const writable = mounts
        .filter((fields) => fields[5]?.startsWith('rw'))
        .map((fields) => fields[4] ?? '')
        // The empty folder that the hierarchies of cgroup v1 are mounted in, read-only.
        .filter((place) => place !== '/sys/fs/cgroup');
      expect(writable.filter((place) => !/^\/(dev|proc)\b/.test(place)).sort()).toEqual(
        ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf', '/tmp'].filter((place) =>
          writable.includes(place),
        ),
      );
      const [own] = await docker('inspect', '--format', '{{json .HostConfig}}', container);
      expect(JSON.parse(own ?? '')).toMatchObject({
        Binds: null,
        CapAdd: null,
        CapDrop: ['ALL'],
        Privileged: false,
        ReadonlyRootfs: true,
        PidsLimit: 64,
        Memory: 268_435_456,
        MemorySwap: 268_435_456,
        NanoCpus: 1_000_000_000,
        SecurityOpt: ['no-new-privileges:true'],
      });
      expect((await docker('inspect', '--format', '{{.Config.User}} {{json .Mounts}}', container))[0]).toBe(
        '65534:65534 []',
      );
    },
  );

  it('of a base is nobody without a capability once it runs', async () => {
    const base = baseContainerName(name, 'box-01');
    const status = await succeed('host', 'cat', `/proc/${await pidOf(base)}/status`);
    expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
      expect(status).toMatch(new RegExp(`^${set}:\\t0+$`, 'm'));
    const sockets = await succeed('host', 'cat', `/proc/${await pidOf(base)}/net/packet`);
    expect(linesOf(sockets)).toHaveLength(1);
  });
});

describe('the rules', () => {
  const base = baseContainerName(name, 'box-01');

  it('that somebody took away are missed by status, and brought back by resume', async () => {
    const before = await startsOf(name);
    await succeed('host', 'nsenter', `--net=/proc/${await pidOf(base)}/ns/net`, 'nft', 'flush', 'ruleset');
    const report = await site.status();
    expect(report).toMatchObject({ healthy: false });
    expect(report.deckies.map(({ egress }) => egress?.rules)).toEqual(['missing', 'closed']);
    expect((await site.decnet('status')).stdout).toContain('box-01: the rules for its way out are missing');
    await site.succeed('resume');
    expect(troublesOf(await site.status())).toEqual([]);
    const after = await startsOf(name);
    const touched = [...before].filter(([container, start]) => after.get(container) !== start);
    expect(touched.map(([container]) => container).every((container) => container.includes('box-01'))).toBe(
      true,
    );
  });

  it('that somebody loosened are missed too', async () => {
    const inside = ['nsenter', `--net=/proc/${await pidOf(base)}/ns/net`, 'nft'];
    await succeed('host', ...inside, 'insert', 'rule', 'inet', 'decnet', 'output', 'accept');
    expect((await site.status()).deckies[0]?.egress?.rules).toBe('changed');
    await site.succeed('resume');
    expect(await site.status()).toMatchObject({ healthy: true });
  });

  it('that somebody loosened are missed whatever a service process makes up about them', async () => {
    const pid = await pidOf(base);
    const table = await succeed('host', 'cat', `/proc/${pid}/net/unix`);
    const [, mark = ''] = /@(decnet-egress-\S+)$/m.exec(table) ?? [];
    const inside = ['nsenter', `--net=/proc/${pid}/ns/net`, 'nft'];
    await succeed('host', ...inside, 'insert', 'rule', 'inet', 'decnet', 'output', 'accept');
    const forging = [
      'import os, socket, time',
      `names = ["\\0${mark}", "\\0x\\n0: 2 0 0 2 1 4711 @${mark}"]`,
      'kept = [socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in names]',
      'for one, name in zip(kept, names): one.bind(name)',
      `kept.append(os.memfd_create("${mark}"))`,
      'kept.append(os.memfd_create("decnet-refused-none"))',
      'print("forged", flush=True); time.sleep(60)',
    ].join('\n');
    const container = serviceContainerName(name, 'box-01', 'ssh');
    // The name is free: the base holds it no more.
    await docker('exec', '--detach', container, 'python3', '-c', forging);
    await eventually('it is forged', async () =>
      (await succeed('host', 'cat', `/proc/${pid}/net/unix`)).includes(`4711 @${mark}`),
    );
    expect((await site.status()).deckies[0]?.egress?.rules).toBe('changed');
    await site.succeed('resume');
    expect(await site.status()).toMatchObject({ healthy: true });
  });

  it('are back when Docker starts the base again by itself, before any service runs beside it', async () => {
    process.kill(Number(await pidOf(base)), 'SIGKILL');
    await eventually('Docker has started it again', async () => {
      const [state = ''] = await docker('inspect', '--format', '{{.State.Running}} {{.RestartCount}}', base);
      return /^true [1-9]/.test(state);
    });
    await eventually(
      'the rules stand',
      async () => (await site.status()).deckies[0]?.egress?.rules === 'closed',
    );
    const container = serviceContainerName(name, 'box-01', 'ssh');
    await docker('restart', '--time', '1', container);
    expect(await tryToGetOut({ container, user: 0, targets: [addresses.attacker] })).toEqual([]);
    await site.succeed('resume');
    expect(await site.status()).toMatchObject({ healthy: true });
  });
});

describe('a fleet that allows destinations by name', () => {
  it('reaches those and no others, and the host only where it is named itself', async () => {
    const allow = [
      { to: addresses.attacker, port: 7001 },
      { to: '198.51.100.240/28', port: 7002, protocol: 'udp' as const },
      { to: labNetwork.subnet, port: 7003 },
    ];
    await site.write({ ...fleet, egress: { allow } });
    await site.succeed('deploy');
    const container = serviceContainerName(name, 'box-02', 'redis');
    const reached = await tryToGetOut({
      container,
      user: 0,
      targets: [addresses.host, bridge, addresses.neighbour, addresses.attacker],
      ports: [7001, 7002, 7003],
    });
    expect(reached).toEqual([
      `tcp ${addresses.attacker}:7001`,
      `tcp ${addresses.attacker}:7003`,
      `tcp ${addresses.neighbour}:7003`,
      `udp ${addresses.neighbour}:7002`,
    ]);
    await site.write({ ...fleet, egress: { allow: [...allow, { to: bridge, port: 7003 }] } });
    await site.succeed('deploy');
    expect(await tryToGetOut({ container, user: 0, targets: [bridge], ports: [7003] })).toEqual([
      `tcp ${bridge}:7003`,
    ]);
    await site.write(fleet);
    await site.succeed('deploy');
    listeners.forget();
  });

  it("has a host link that answers for its own address and no other of the host's", async () => {
    const arp = await succeed('host', 'cat', `/proc/sys/net/ipv4/conf/${bridgeLinkName(name)}/arp_ignore`);
    expect(arp).toBe('1\n');
  });
});

describe('a container that runs wild', () => {
  const wild = serviceContainerName(name, 'box-01', 'http');

  async function neighboursAnswer(): Promise<void> {
    expect(await succeed('attacker', 'redis-cli', '-h', second, 'PING')).toBe('PONG\n');
    expect(await succeed('attacker', 'nc', '-w', '3', first, '22')).toMatch(/^SSH-2\.0-/);
  }

  it('with a fork bomb stays within its processes, and its neighbours answer', async () => {
    const bomb = [
      'import os, time',
      'made = 0',
      'while True:',
      ' try:',
      '  if os.fork() == 0: time.sleep(30); os._exit(0)',
      '  made += 1',
      ' except OSError: print(made, flush=True); break',
      'time.sleep(8)',
    ].join('\n');
    const exploding = run('host', 'docker', 'exec', wild, 'timeout', '10', 'python3', '-c', bomb);
    await neighboursAnswer();
    const { stdout } = await exploding;
    expect(Number(stdout)).toBeGreaterThan(10);
    expect(Number(stdout)).toBeLessThan(64);
    await docker('restart', '--time', '1', wild);
  });

  it('with all the memory it can get is ended, and its neighbours answer', async () => {
    const hog = 'import time\nkept = []\nwhile True: kept.append(bytearray(8_000_000))';
    const { exitCode } = await run('host', 'docker', 'exec', wild, 'python3', '-c', hog);
    expect(exitCode).toBe(137);
    await neighboursAnswer();
    await eventually('it serves again', async () => troublesOf(await site.status()).length === 0);
  });
});
