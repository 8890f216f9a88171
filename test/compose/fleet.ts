import type { ComposeImages } from '../../src/compose/containers.ts';
import type { ResolvedDecky, ResolvedFleet } from '../../src/fleet/resolved.ts';

export const images: ComposeImages = {
  runtime: 'decnet/runtime:0123456789ab',
  services: { ssh: 'decnet/ssh:0123456789ab', ftp: 'decnet/ftp:0123456789ab' },
};

/** A resolved decky, number `index` of a fleet, with `over` in place of its own values. */
export function decky(index: number, over: Partial<ResolvedDecky> = {}): ResolvedDecky {
  return {
    name: `files-${index}`,
    archetype: 'file-server',
    hostname: `FILES-${index}`,
    ip: `198.51.100.${index}`,
    mac: `02:00:00:00:00:${index.toString(16).padStart(2, '0')}`,
    distro: 'debian',
    osFamily: 'linux',
    sysctls: { 'net.ipv4.ip_default_ttl': '64' },
    disguise: {},
    seed: 'a'.repeat(64),
    services: [
      { name: 'ssh', ports: [{ port: 22, protocol: 'tcp' }], config: { banner: 'SSH-2.0-OpenSSH_9.2p1' } },
      { name: 'ftp', ports: [{ port: 21, protocol: 'tcp' }], config: {} },
    ],
    ...over,
  };
}

export function fleet(deckies: readonly ResolvedDecky[]): ResolvedFleet {
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
    deckies: [...deckies],
  };
}
