import { expect, it } from 'vitest';
import { hostFactsFrom } from '../../src/fleet/host-facts.ts';
import type { Link } from '../../src/host/host.ts';

const link = (name: string, more: Partial<Link> = {}): Link => ({
  name,
  up: true,
  mac: '52:54:00:00:00:0A',
  alias: null,
  kind: null,
  mode: null,
  parent: null,
  addresses: ['198.51.100.1/24'],
  wireless: false,
  answersForOthers: false,
  ...more,
});

const identity = { hostname: 'host', machineId: 'abc', bootId: 'def' };

it('takes the interfaces without loopback, and the first default route', () => {
  const facts = hostFactsFrom({
    links: [link('lo'), link('eth0', { alias: 'decnet:x' })],
    routes: [
      { destination: '198.51.100.0/24', link: 'eth0', gateway: null },
      { destination: 'default', link: 'eth0', gateway: '198.51.100.254' },
      { destination: 'default', link: 'eth1', gateway: '203.0.113.1' },
    ],
    identity,
  });
  expect(facts).toEqual({
    machineId: 'abc',
    interfaces: [
      { name: 'eth0', mac: '52:54:00:00:00:0a', alias: 'decnet:x', addresses: ['198.51.100.1/24'] },
    ],
    defaultRoute: { interface: 'eth0', gateway: '198.51.100.254' },
  });
});

it('knows of no default route where there is none', () => {
  expect(hostFactsFrom({ links: [], routes: [], identity }).defaultRoute).toBeNull();
});
