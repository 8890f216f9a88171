import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceContainerName } from '../../src/fleet/names.ts';
import type { FleetInput } from '../../src/fleet/schema.ts';
import { addArchetypesOfFamilies, as, unloadable } from './families.ts';
import { docker, eventually, linesOf, succeed } from './on-lab.ts';
import { copyPackage, type PackageCopy } from './package-copy.ts';
import { openSite, type Site, troublesOf } from './site.ts';

const name = 'disguise';

let copy: PackageCopy;
let site: Site;
let ips: ReadonlyMap<string, string>;

beforeAll(async () => {
  copy = await copyPackage();
  const families = await addArchetypesOfFamilies(copy.templates);
  ips = new Map(families.map((family, index) => [family, `198.51.100.${70 + index}`]));
  const fleet: FleetInput = {
    name,
    seed: 'integration',
    network: { interface: 'eth0', range: '198.51.100.64/27' },
    deckies: [...ips].map(([family, ip]) => ({ name: as(family), archetype: as(family), ip })),
  };
  site = await openSite(fleet, copy.cli);
  await site.succeed('deploy');
});

afterAll(async () => {
  await site?.close();
  await copy?.remove();
});

function ipOf(family: string): string {
  const ip = ips.get(family);
  if (ip === undefined) throw new Error(`There is no decky as ${family}`);
  return ip;
}

/** nmap's best guess of an OS: its name, its accuracy in percent, and the families of its classes. */
async function guess(family: string) {
  // One port that is open, and one that is closed: nmap wants both.
  const options = ['-O', '--osscan-guess', '-Pn', '-n', '-p', '80,81', '-oX', '-'];
  const xml = await succeed('attacker', 'nmap', ...options, ipOf(family));
  const [, match = '', accuracy = ''] = /<osmatch name="([^"]*)" accuracy="(\d+)"/.exec(xml) ?? [];
  const best = /<osmatch .*?<\/osmatch>/s.exec(xml)?.[0] ?? '';
  const families = [...best.matchAll(/osfamily="([^"]*)"/g)].map(([, osFamily]) => osFamily);
  return { match, accuracy: Number(accuracy), families: [...new Set(families)] };
}

describe('a decky, to nmap -O, is of its family:', () => {
  // The accuracy allows for what nmap draws a line through by chance, as the predictability of sequence numbers. It
  // also times its probes: on a machine that is busy it may take one system for its next of kin, and is asked again.
  it.each<[string, string, RegExp, number]>([
    ['linux', 'Linux', /^Linux /, 95],
    ['windows', 'Windows', /^Microsoft Windows 10 /, 98],
    ['windows-server', 'Windows', /^Microsoft Windows .*Server 201/, 95],
    ['macos', 'macOS', /^Apple macOS 10.13 /, 88],
    ['bsd', 'FreeBSD', /^FreeBSD 1/, 95],
    ['embedded', 'embedded', /./, 95],
    ['cisco', 'IOS', /^Cisco .*IOS 12/, 95],
  ])('%s', { retry: 2 }, async (family, osFamily, match, accuracy) => {
    const found = await guess(family);
    expect(found.match).toMatch(match);
    expect(found.families).toContain(osFamily);
    expect(found.accuracy).toBeGreaterThanOrEqual(accuracy);
  });
});

describe('behind a disguise', () => {
  it('megabytes go both ways, whole, with the way out closed', async () => {
    const server = [
      'import socket',
      's = socket.create_server(("0.0.0.0", 5000))',
      'while True:',
      '    peer, _ = s.accept()',
      '    heard = 0',
      '    while block := peer.recv(1 << 16): heard += len(block)',
      '    peer.sendall(bytes(heard))',
      '    peer.close()',
    ].join('\n');
    const client = [
      'import socket, sys',
      's = socket.create_connection((sys.argv[1], 5000), 60)',
      's.sendall(bytes(50_000_000)); s.shutdown(socket.SHUT_WR)',
      'heard = 0',
      'while block := s.recv(1 << 16): heard += len(block)',
      'print(heard)',
    ].join('\n');
    for (const family of [...ips.keys()].filter((one) => one !== unloadable)) {
      const container = serviceContainerName(name, as(family), 'http');
      await docker('exec', '--detach', container, 'python3', '-c', server);
      await eventually(`${family} listens`, async () =>
        /:1388 /.test((await docker('exec', container, 'cat', '/proc/net/tcp')).join('\n')),
      );
      expect(await succeed('attacker', 'python3', '-c', client, ipOf(family)), family).toBe('50000000\n');
    }
    const refused = (await site.status()).deckies.map(({ egress }) => egress?.refused);
    expect(new Set(refused)).toEqual(new Set([0]));
  });

  it('every service is in its place, with the rules for the way out as loaded', async () => {
    const report = await site.status();
    expect(troublesOf(report)).toEqual([]);
    expect(new Set(report.deckies.map(({ egress }) => egress?.rules))).toEqual(new Set(['closed']));
  });
});

it('a decky whose rules the kernel refuses stands without them, and says so', async () => {
  const { stdout } = await site.succeed('logs', '--json');
  const told = linesOf(stdout)
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'undisguised');
  expect(told).toEqual([
    expect.objectContaining({
      decky: as(unloadable),
      service: 'base',
      error: expect.stringContaining('no such rule'),
    }),
  ]);
  expect((await guess(unloadable)).families).toContain('Linux');
});
