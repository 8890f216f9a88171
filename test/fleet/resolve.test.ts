import { describe, expect, it } from 'vitest';
import { containsCidr, parseInterfaceAddress } from '../../src/fleet/addresses.ts';
import { fleetDigest } from '../../src/fleet/digest.ts';
import type { HostFacts } from '../../src/fleet/host-facts.ts';
import { fleetFromObject } from '../../src/fleet/parse.ts';
import { resolveFleet } from '../../src/fleet/resolve.ts';
import { type ResolvedFleet, resolvedFleetSchema } from '../../src/fleet/resolved.ts';
import type { FleetInput } from '../../src/fleet/schema.ts';
import { catalogue, facts as labFacts } from './catalogue-fixture.ts';

function resolve(input: FleetInput, facts: HostFacts = labFacts): ResolvedFleet {
  return resolveFleet(fleetFromObject(input, catalogue).fleet, facts, catalogue);
}

const office: FleetInput = {
  name: 'office',
  network: { range: '198.51.100.64/27' },
  deckies: [
    { name: 'files', archetype: 'file-server', ip: '198.51.100.200', config: { ssh: { tries: 5 } } },
    { archetype: 'web-server', count: 4 },
  ],
};

const withMore = (input: FleetInput, ...more: FleetInput['deckies']): FleetInput => ({
  ...input,
  deckies: [...input.deckies, ...more],
});

const isUnique = (values: readonly unknown[]) => new Set(values).size === values.length;

function isInside(outer: string, inner: string): boolean {
  const [around, within] = [parseInterfaceAddress(outer), parseInterfaceAddress(inner)];
  return around !== null && within !== null && containsCidr(around, within);
}

describe('a resolved fleet', () => {
  it('has nothing left open', () => {
    const fleet = resolve(office);
    expect(resolvedFleetSchema.parse(fleet)).toEqual(fleet);
    expect(fleet.network).toMatchObject({
      driver: 'macvlan',
      interface: 'eth0',
      subnet: '198.51.100.0/24',
      gateway: '198.51.100.254',
      range: '198.51.100.64/27',
    });
    expect(fleet.network.bridgeMac).toMatch(/^02(:[0-9a-f]{2}){5}$/);
    expect(fleet.deckies.map(({ name }) => name)).toEqual([
      'files',
      'web-server-01',
      'web-server-02',
      'web-server-03',
      'web-server-04',
    ]);
    expect(fleet.deckies[0]?.services).toEqual([
      { name: 'ftp', ports: [{ port: 21, protocol: 'tcp' }], config: {} },
      {
        name: 'ssh',
        ports: [{ port: 22, protocol: 'tcp' }],
        config: { banner: 'SSH-2.0-x', accept: [], tries: 5, mode: 'fast' },
      },
    ]);
  });

  it('writes out where deckies may call, and what their services may cost', () => {
    const allow = [
      { to: '192.0.2.10', port: 514, protocol: 'udp' as const },
      { to: '192.0.2.0/28' },
      { to: '192.0.2.9', port: 25 },
    ];
    const { egress, limits } = resolve({ ...office, egress: { allow }, limits: { cpus: 0.5 } });
    expect(egress).toEqual({
      policy: 'closed',
      allow: [
        { to: '192.0.2.10/32', port: 514, protocol: 'udp' },
        { to: '192.0.2.0/28', port: null, protocol: null },
        { to: '192.0.2.9/32', port: 25, protocol: 'tcp' },
      ],
    });
    expect(limits).toEqual({ memory: '256m', pids: 64, cpus: 0.5 });
  });

  it('is the same each time, and bound to host, name and seed', () => {
    const digest = fleetDigest(resolve(office));
    expect(resolve(office)).toEqual(resolve(office));
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(fleetDigest(resolve(office))).toBe(digest);
    expect(fleetDigest(resolve(office, { ...labFacts, machineId: 'b'.repeat(32) }))).not.toBe(digest);
    expect(resolve({ ...office, name: 'other' }).seed).not.toBe(resolve(office).seed);
  });

  it('is the same on every host when the file gives a seed', () => {
    const seeded = { ...office, seed: 'spring' };
    expect(resolve(seeded, { ...labFacts, machineId: 'b'.repeat(32) })).toEqual(resolve(seeded));
    expect(resolve({ ...office, seed: 'autumn' })).not.toEqual(resolve(seeded));
  });

  it('does not tell the machine id', () => {
    expect(JSON.stringify(resolve(office))).not.toContain(labFacts.machineId);
  });

  it('stays as it is when a decky is appended', () => {
    const before = resolve(office);
    const after = resolve(withMore(office, { archetype: 'file-server', count: 10 }));
    expect(after.network).toEqual(before.network);
    expect(after.deckies.slice(0, 5)).toEqual(before.deckies);
  });

  it('keeps the draws of others when a named decky is put in front', () => {
    const before = resolve({ ...office, network: { range: '198.51.100.128/26' } });
    const first = { name: 'first', archetype: 'file-server', ip: '198.51.100.2', hostname: 'first' };
    const after = resolve({
      ...office,
      network: { range: '198.51.100.128/26' },
      deckies: [first, ...office.deckies],
    });
    expect(after.deckies.slice(1)).toEqual(before.deckies);
  });

  it('is no other while host bridges are there, our own or those of other deployments', () => {
    const before = resolve(office);
    const bridge = {
      name: 'dn-office',
      mac: before.network.bridgeMac ?? '',
      alias: 'decnet:office',
      addresses: [`${before.network.bridgeAddress}/32`],
    };
    const deployed = { ...labFacts, interfaces: [...labFacts.interfaces, bridge] };
    expect(resolve(office, deployed)).toEqual(before);
    const others = {
      ...labFacts,
      interfaces: [...labFacts.interfaces, { ...bridge, alias: 'decnet:other' }],
    };
    expect(resolve(office, others)).toEqual(before);
    const foreign = { ...labFacts, interfaces: [...labFacts.interfaces, { ...bridge, alias: null }] };
    expect(resolve(office, foreign).network.bridgeAddress).not.toBe(before.network.bridgeAddress);
  });
});

describe('draws', () => {
  const many = resolve({
    network: { range: '198.51.100.0/24' },
    deckies: [{ archetype: 'web-server', count: 200 }],
  });

  it('give 200 deckies names, IPs, MACs, host names and seeds that are all different', () => {
    for (const key of ['name', 'ip', 'mac', 'hostname', 'seed'] as const) {
      expect(isUnique(many.deckies.map((decky) => decky[key]))).toBe(true);
    }
  });

  it('never take an address of the network, the gateway, the host or the bridge', () => {
    const special = ['.0', '.255', '.254', '.1'].map((end) => `198.51.100${end}`);
    const drawn = many.deckies.map(({ ip }) => ip);
    for (const address of [...special, many.network.bridgeAddress]) expect(drawn).not.toContain(address);
    expect(special).not.toContain(many.network.bridgeAddress);
  });

  it('fill a range to its last address, given ones apart', () => {
    const fleet = resolve(
      withMore({ ...office, network: { range: '198.51.100.64/29' } }, { archetype: 'file-server', count: 3 }),
    );
    const inside = [...fleet.deckies.map(({ ip }) => ip), fleet.network.bridgeAddress].filter((ip) =>
      isInside('198.51.100.64/29', `${ip}/32`),
    );
    expect(new Set(inside).size).toBe(8);
  });

  it('take MACs of the vendors of the archetype, host names of its style and distros of its list', () => {
    for (const decky of many.deckies) {
      expect(decky.mac).toMatch(/^(00:14:22|b8:ca:3a|00:50:56)(:[0-9a-f]{2}){3}$/);
      expect(decky.hostname).toMatch(/^(web\d{2,3}|www-[0-9a-f]{6})$/);
    }
    expect(new Set(many.deckies.map(({ distro }) => distro))).toEqual(new Set(['debian', 'alpine', 'kali']));
    expect(new Set(many.deckies.map(({ mac }) => mac?.slice(0, 8))).size).toBe(3);
  });

  it('give way to what the file gives', () => {
    const free = resolve(office).deckies[1];
    const taking = {
      name: 'taker',
      archetype: 'file-server',
      ip: free?.ip,
      mac: free?.mac?.toUpperCase(),
      hostname: free?.hostname,
    };
    const fleet = resolve(withMore(office, taking));
    expect(fleet.deckies.at(-1)).toMatchObject({ ip: free?.ip, mac: free?.mac, hostname: free?.hostname });
    for (const key of ['ip', 'mac', 'hostname'] as const) {
      expect(isUnique(fleet.deckies.map((decky) => decky[key]))).toBe(true);
    }
  });

  it('pass over names that are given', () => {
    const fleet = resolve({
      deckies: [
        { archetype: 'web-server', count: 2 },
        { name: 'web-server-01', archetype: 'file-server' },
      ],
    });
    expect(fleet.deckies.map(({ name }) => name)).toEqual([
      'web-server-02',
      'web-server-03',
      'web-server-01',
    ]);
  });
});

describe('the network', () => {
  it('has no MACs on ipvlan', () => {
    const fleet = resolve({ ...office, network: { driver: 'ipvlan' } });
    expect(fleet.network.bridgeMac).toBeNull();
    expect(fleet.deckies.every(({ mac }) => mac === null)).toBe(true);
  });

  it('is the subnet of the interface, drawn from as a whole, when nothing is said', () => {
    expect(resolve({ deckies: [{ archetype: 'web-server' }] }).network).toMatchObject({
      interface: 'eth0',
      subnet: '198.51.100.0/24',
      range: '198.51.100.0/24',
    });
  });

  it.each([
    ['there is no default route', { ...labFacts, defaultRoute: null }],
    [
      'the default route is by another interface',
      { ...labFacts, defaultRoute: { interface: 'eth1', gateway: '203.0.113.1' } },
    ],
    [
      'the gateway is outside the subnet',
      { ...labFacts, defaultRoute: { interface: 'eth0', gateway: '203.0.113.1' } },
    ],
    ['the default route has no gateway', { ...labFacts, defaultRoute: { interface: 'eth0', gateway: null } }],
  ])('has no gateway when %s', (_what, facts) => {
    expect(resolve({ ...office, network: { interface: 'eth0' } }, facts).network.gateway).toBeNull();
  });

  it('is that of the gateway where the interface has several', () => {
    const addresses = ['203.0.113.7/24', '198.51.100.1/24'];
    const interfaces = [{ name: 'eth0', mac: '52:54:00:00:00:01', alias: null, addresses }];
    const { network } = resolve({ deckies: [{ archetype: 'web-server' }] }, { ...labFacts, interfaces });
    expect(network).toMatchObject({
      subnet: '198.51.100.0/24',
    });
  });

  it('may be given for an interface without an address', () => {
    const { network } = resolve({
      network: { interface: 'eth1', subnet: '192.0.2.0/24' },
      deckies: [{ archetype: 'web-server' }],
    });
    expect(network).toMatchObject({
      interface: 'eth1',
      subnet: '192.0.2.0/24',
      gateway: null,
    });
  });
});

it('has a digest that does not hang on the order of keys', () => {
  const fleet = resolve(office);
  const turned: ResolvedFleet = {
    deckies: fleet.deckies,
    alerts: fleet.alerts,
    limits: fleet.limits,
    egress: fleet.egress,
    network: fleet.network,
    domain: fleet.domain,
    seed: fleet.seed,
    name: fleet.name,
  };
  expect(fleetDigest(turned)).toBe(fleetDigest(fleet));
  expect(fleetDigest({ ...fleet, name: 'x' })).not.toBe(fleetDigest(fleet));
});
