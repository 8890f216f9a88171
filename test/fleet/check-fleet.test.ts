import { describe, expect, it } from 'vitest';
import { DecnetError } from '../../src/errors.ts';
import type { HostFacts } from '../../src/fleet/host-facts.ts';
import { parseFleet } from '../../src/fleet/parse.ts';
import { resolveFleet } from '../../src/fleet/resolve.ts';
import { catalogue, facts as labFacts } from './catalogue-fixture.ts';

function refusal(text: string, facts: HostFacts = labFacts): DecnetError {
  const { fleet, positions } = parseFleet(text, 'fleet.yaml', catalogue);
  try {
    resolveFleet(fleet, facts, catalogue, positions);
  } catch (error) {
    if (error instanceof DecnetError) return error;
    throw error;
  }
  throw new Error('the fleet was resolved');
}

const problemsOf = (text: string, facts?: HostFacts) => refusal(text, facts).message.split('\n');

/** The decky's line is 2, its keys begin in column 5. */
const decky = (rest: string) => `deckies:\n  - archetype: web-server\n    ${rest}\n`;
const deckies = decky('count: 1');

describe('the IP of a decky', () => {
  it.each([
    ['198.51.101.7', 'is not in the subnet 198.51.100.0/24 of eth0'],
    ['198.51.100.0', 'is the network address of 198.51.100.0/24'],
    ['198.51.100.255', 'is the broadcast address of 198.51.100.0/24'],
    ['198.51.100.254', 'is the gateway'],
    ['198.51.100.1', "is this host's own address"],
  ])('must not be %s: it %s', (ip, reason) => {
    expect(problemsOf(decky(`ip: ${ip}`))).toEqual([`fleet.yaml:3:9: ${ip} ${reason}`]);
  });

  it('must not be given twice', () => {
    const text =
      'deckies:\n  - { archetype: web-server, ip: 198.51.100.7 }\n  - { archetype: web-server, ip: 198.51.100.7 }\n';
    expect(problemsOf(text)).toEqual([
      'fleet.yaml:3:34: ip 198.51.100.7 is given twice: deckies[0] has it too',
    ]);
  });

  it('must not be that of another interface of the host', () => {
    const text = `network: { subnet: 203.0.113.0/24 }\n${decky('ip: 203.0.113.9')}`;
    expect(problemsOf(text)).toEqual(["fleet.yaml:4:9: 203.0.113.9 is this host's own address"]);
  });
});

describe('the network', () => {
  it.each([
    [
      'subnet: 198.51.100.7/24',
      'network.subnet',
      '1:20: 198.51.100.7/24 has host bits set; did you mean 198.51.100.0/24?',
    ],
    ['subnet: 198.51.100.0/31', 'a /31', '1:20: 198.51.100.0/31 is too small for a LAN'],
    [
      'range: 198.51.100.65/27',
      'network.range',
      '1:19: 198.51.100.65/27 has host bits set; did you mean 198.51.100.64/27?',
    ],
    [
      'range: 192.0.2.64/27',
      'a range elsewhere',
      '1:19: range 192.0.2.64/27 is not inside the subnet 198.51.100.0/24 of eth0',
    ],
    [
      'range: 198.51.0.0/16',
      'a range around',
      '1:19: range 198.51.0.0/16 is not inside the subnet 198.51.100.0/24 of eth0',
    ],
    [
      'gateway: 192.0.2.1',
      'a gateway elsewhere',
      '1:21: gateway 192.0.2.1 is not in the subnet 198.51.100.0/24 of eth0',
    ],
    ['gateway: 198.51.100.255', 'the broadcast', '1:21: gateway 198.51.100.255 is the broadcast address'],
    ['interface: eth1', 'no address', '1:10: interface eth1 has no IPv4 address; give network.subnet'],
    [
      'interface: wan0',
      'no LAN',
      '1:10: interface wan0 has no LAN, only 203.0.113.9/32; give network.subnet',
    ],
  ])('is refused for %s (%s)', (network, _what, expected) => {
    expect(problemsOf(`network: { ${network} }\n${deckies}`)).toContain(`fleet.yaml:${expected}`);
  });

  it('names the interfaces that are there, and the nearest', () => {
    const error = refusal(`network: { interface: eht0 }\n${deckies}`);
    expect(error).toMatchObject({ code: 'NO_SUCH_INTERFACE', exitCode: 2 });
    expect(error.message).toBe(
      'fleet.yaml:1:23: this host has no interface "eht0"; there are: eth0, eth1, wan0; did you mean "eth0"?',
    );
  });

  it('needs an interface by name where there is no default route', () => {
    const error = refusal(deckies, { ...labFacts, defaultRoute: null });
    expect(error.code).toBe('NO_SUCH_INTERFACE');
    expect(error.message).toContain('no default route');
  });

  it('says how many addresses are free and how many are needed', () => {
    const text = `network: { range: 198.51.100.0/29 }\n${decky('count: 6')}`;
    expect(problemsOf(text)).toEqual([
      'fleet.yaml:1:19: range 198.51.100.0/29 has 6 free addresses, but 7 are needed: one for the host bridge and 6 for deckies without an ip',
    ]);
  });

  it('counts given IPs inside the range as taken, and those outside not', () => {
    const text = (ip: string) =>
      `network: { range: 198.51.100.64/30 }\ndeckies:\n  - { archetype: web-server, count: 3 }\n  - { archetype: web-server, ip: ${ip} }\n`;
    expect(problemsOf(text('198.51.100.65'))).toEqual([
      expect.stringContaining('has 3 free addresses, but 4 are needed'),
    ]);
    const { fleet } = parseFleet(text('198.51.100.99'), 'fleet.yaml', catalogue);
    expect(resolveFleet(fleet, labFacts, catalogue).deckies).toHaveLength(4);
  });
});

describe('a decky', () => {
  it.each([
    ['archetype: file-sever', '2:16: unknown archetype "file-sever"; did you mean "file-server"?'],
    ['archetype: web-server\n    distro: debiann', '3:13: unknown distro "debiann"; did you mean "debian"?'],
    [
      'archetype: web-server\n    distro: win11',
      '3:13: distro win11 is windows, but archetype web-server is linux',
    ],
    [
      'archetype: web-server\n    distro: axis-camera',
      '3:13: archetype web-server cannot be axis-camera; it can be: debian, alpine, kali',
    ],
    [
      'archetype: office-machine\n    distro: debian',
      '3:13: archetype office-machine cannot be debian; it can be: canon-printer, axis-camera',
    ],
    ['archetype: web-server\n    services: [ssh, htp]', '3:21: unknown service "htp"; did you mean "http"?'],
    ['archetype: web-server\n    services: [ssh, ssh]', '3:21: service ssh is given twice'],
    [
      'archetype: web-server\n    services: [http, http-alt]',
      '3:22: http-alt and http both want port 80/tcp; leave one of them out',
    ],
    [
      'archetype: web-server\n    count: 2\n    name: a',
      '4:5: name names one decky, and count asks for several; give one of them',
    ],
    [
      'archetype: web-server\n    count: 2\n    ip: 198.51.100.9',
      '4:5: ip names one decky, and count asks for several; give one of them',
    ],
    [
      'archetype: web-server\n    mac: 01:14:22:00:00:01',
      "3:10: 01:14:22:00:00:01 is a multicast MAC; the first byte of a host's is even",
    ],
    ['archetype: web-server\n    mac: 00:00:00:00:00:00', '3:10: 00:00:00:00:00:00 is not the MAC of a host'],
    ['archetype: web-server\n    mac: 52:54:00:00:00:02', '3:10: 52:54:00:00:00:02 is a MAC of this host'],
    [
      'archetype: web-server\n    config: { ftp: {} }',
      '3:15: options for ftp, which this decky does not have; it has: http, ssh',
    ],
    ['archetype: web-server\n    config: { shh: {} }', '3:15: unknown service "shh"; did you mean "ssh"?'],
    [
      'archetype: web-server\n    config: { ssh: { bannr: x } }',
      '3:22: unknown key "bannr"; did you mean "banner"?',
    ],
    ['archetype: web-server\n    config: { ssh: { banner: x } }', '3:30: "x" does not match /^SSH-2.0-/'],
    [
      'archetype: web-server\n    config: { ssh: { banner: "x\\n" } }',
      '3:30: "x\\n" does not match /^SSH-2.0-/; it has a line break in it',
    ],
    ['archetype: web-server\n    config: { ssh: { tries: 10 } }', '3:29: 10 is too big: at most 9'],
    ['archetype: web-server\n    config: { ssh: { tries: 1.5 } }', '3:29: expected a whole number, got 1.5'],
    [
      'archetype: web-server\n    config: { ssh: { mode: fats } }',
      '3:28: unknown value "fats"; did you mean "fast"?',
    ],
    [
      'archetype: web-server\n    config: { ssh: { accept: [{ usrname: a }] } }',
      '3:31: key "username" is missing',
    ],
    [
      'archetype: web-server\n    config: { ssh: { accept: [{ username: a, x: 1 }] } }',
      '3:46: unknown key "x"; known: username, password',
    ],
  ])('%j is refused', (text, expected) => {
    expect(problemsOf(`deckies:\n  - ${text}\n`)).toContain(`fleet.yaml:${expected}`);
  });

  it('cannot have a MAC of its own on ipvlan', () => {
    const text = `network: { driver: ipvlan }\n${decky('mac: 00:14:22:00:00:01')}`;
    expect(problemsOf(text)).toEqual([
      'fleet.yaml:4:5: mac cannot be given with ipvlan: every decky has the MAC of the interface',
    ]);
  });

  it('shares name, MAC and host name with no other, in whatever letters', () => {
    const text = `deckies:
  - { archetype: web-server, name: a, mac: "00:14:22:00:00:aa", hostname: Web }
  - { archetype: web-server, name: a, mac: "00:14:22:00:00:AA", hostname: web }
`;
    expect(problemsOf(text)).toEqual([
      'fleet.yaml:3:36: name a is given twice: deckies[0] has it too',
      'fleet.yaml:3:44: mac 00:14:22:00:00:aa is given twice: deckies[0] has it too',
      'fleet.yaml:3:75: hostname web is given twice: deckies[0] has it too',
    ]);
  });
});

it('names all that is wrong in one error, in the order of the file', () => {
  const text = `network: { interface: eth9, range: 198.51.100.65/27 }
deckies:
  - { archetype: web-sever, ip: 198.51.100.7 }
  - { archetype: web-server, ip: 198.51.100.7 }
`;
  const error = refusal(text);
  expect(error).toMatchObject({
    code: 'FLEET_INVALID',
    exitCode: 2,
    hint: 'Mend the fleet, then run: decnet validate fleet.yaml',
  });
  expect(error.message.split('\n').map((line) => line.split(':').slice(1, 3).join(':'))).toEqual([
    '1:23',
    '1:36',
    '3:18',
    '4:34',
  ]);
});

it('refuses more deckies than make sense before it writes them out', () => {
  const text =
    'network: { subnet: 10.0.0.0/8 }\ndeckies:\n' +
    '  - { archetype: web-server, count: 1000 }\n'.repeat(500);
  expect(problemsOf(text)).toEqual(['fleet.yaml:3:3: 500000 deckies; a fleet holds at most 1000']);
});
