import { describe, expect, it } from 'vitest';
import { parseLinks, parseNeighbours, parseRoutes } from '../../src/host/ip-json.ts';

// As iproute2 6.1 prints it, what we do not read left out.
const links = JSON.stringify([
  { ifname: 'lo', flags: ['LOOPBACK', 'UP', 'LOWER_UP'], address: '00:00:00:00:00:00', addr_info: [] },
  { ifname: 'eth0', flags: ['BROADCAST'], address: '02:00:00:00:00:01', addr_info: [] },
  {
    link: 'v1',
    ifname: 'v0',
    flags: ['UP'],
    address: 'f6:e8:67:df:6c:d3',
    linkinfo: { info_kind: 'veth' },
    addr_info: [],
  },
  {
    link: 'eth0',
    ifname: 'dn-office',
    flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    address: '02:11:22:33:44:55',
    linkinfo: { info_kind: 'macvlan', info_data: { mode: 'bridge', bcqueuelen: 1000 } },
    ifalias: 'decnet:office',
    addr_info: [
      { family: 'inet', local: '198.51.100.200', prefixlen: 32, scope: 'global' },
      { family: 'inet6', local: 'fe80::11:22ff:fe33:4455', prefixlen: 64, scope: 'link' },
    ],
  },
]);

describe('links', () => {
  it('carry driver, mode, parent, mark and IPv4 addresses', () => {
    expect(parseLinks(links)[3]).toEqual({
      name: 'dn-office',
      up: true,
      mac: '02:11:22:33:44:55',
      alias: 'decnet:office',
      kind: 'macvlan',
      mode: 'bridge',
      parent: 'eth0',
      addresses: ['198.51.100.200/32'],
    });
  });

  it('are physical without a kind, and down without the flag', () => {
    expect(parseLinks(links)[1]).toMatchObject({
      kind: null,
      mode: null,
      parent: null,
      alias: null,
      up: false,
    });
  });

  it('do not take the other end of a veth pair for a parent', () => {
    expect(parseLinks(links)[2]?.parent).toBeNull();
  });

  it('reject a reply of another shape', () => {
    expect(() => parseLinks('[{"name":"eth0"}]')).toThrow(/not understood/);
    expect(() => parseLinks('eth0: up')).toThrow(/not understood/);
  });
});

describe('routes', () => {
  it('are written as CIDR, a host route too', () => {
    const text = JSON.stringify([
      { dst: 'default', gateway: '198.51.100.1', dev: 'eth0', flags: [] },
      { dst: '198.51.100.0/24', dev: 'eth0', flags: [] },
      { dst: '198.51.100.70', dev: 'dn-office', flags: [] },
    ]);
    expect(parseRoutes(text)).toEqual([
      { destination: 'default', link: 'eth0', gateway: '198.51.100.1' },
      { destination: '198.51.100.0/24', link: 'eth0', gateway: null },
      { destination: '198.51.100.70/32', link: 'dn-office', gateway: null },
    ]);
  });

  it('by several links are several, and one to nowhere is none', () => {
    const text = JSON.stringify([
      {
        dst: 'default',
        nexthops: [
          { gateway: '198.51.100.1', dev: 'eth0' },
          { gateway: '203.0.113.1', dev: 'eth1' },
        ],
      },
      { type: 'blackhole', dst: '203.0.113.0/24' },
    ]);
    expect(parseRoutes(text).map((route) => route.link)).toEqual(['eth0', 'eth1']);
  });

  it('are none where ip prints nothing', () => {
    expect(parseRoutes('')).toEqual([]);
  });
});

it('reads a neighbour that has not answered as one without a MAC', () => {
  const text =
    '[{"dst":"198.51.100.72","state":["INCOMPLETE"]},{"dst":"198.51.100.70","lladdr":"02:00:00:00:00:07","state":["REACHABLE"]}]';
  expect(parseNeighbours(text)).toEqual([
    { address: '198.51.100.72', mac: null, states: ['INCOMPLETE'] },
    { address: '198.51.100.70', mac: '02:00:00:00:00:07', states: ['REACHABLE'] },
  ]);
});
