import type { ResolvedDecky, ResolvedFleet, ResolvedService } from '../../src/fleet/resolved.ts';

const services: Readonly<Record<string, ResolvedService>> = {
  ssh: { name: 'ssh', ports: [{ port: 22, protocol: 'tcp' }], config: { banner: 'SSH-2.0-OpenSSH_9.2p1' } },
  tftp: { name: 'tftp', ports: [{ port: 69, protocol: 'udp' }], config: {} },
  http: { name: 'http', ports: [{ port: 80, protocol: 'tcp' }], config: { title: 'Costs $5' } },
};

/** A decky with the named services; its address and MAC end in `host`. */
export function decky(name: string, host: number, names: readonly string[]): ResolvedDecky {
  return {
    name,
    archetype: 'linux-server',
    hostname: name.toUpperCase(),
    ip: `198.51.100.${host}`,
    mac: `02:00:00:00:00:${host.toString(16).padStart(2, '0')}`,
    distro: 'debian',
    osFamily: 'linux',
    sysctls: { 'net.ipv4.ip_default_ttl': '64' },
    disguise: {},
    seed: 'a'.repeat(64),
    services: names.flatMap((service) => services[service] ?? []),
  };
}

/** Two deckies with three containers and two: the smallest fleet that can be half there in every way. */
export function office(over: Partial<ResolvedFleet> = {}): ResolvedFleet {
  return {
    name: 'office',
    seed: 'b'.repeat(64),
    domain: 'corp.example',
    egress: { policy: 'closed', allow: [] },
    limits: { memory: '256m', pids: 64, cpus: 1 },
    alerts: [],
    network: {
      driver: 'macvlan',
      interface: 'eth0',
      subnet: '198.51.100.0/24',
      gateway: '198.51.100.1',
      range: '198.51.100.64/27',
      bridgeAddress: '198.51.100.95',
      bridgeMac: '02:00:00:00:00:ff',
    },
    deckies: [decky('files-01', 70, ['ssh', 'http']), decky('web-01', 71, ['http'])],
    ...over,
  };
}
