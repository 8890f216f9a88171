import type { Container, Network } from '../../src/docker/docker.ts';
import { bridgeLinkName, labels, probeLinkName } from '../../src/fleet/names.ts';
import type { Link, Route } from '../../src/host/host.ts';
import type { FakeWorld } from './fake-world.ts';

/** Puts next to a deployment `office` what is not its own, with names and marks that almost are. */
export function addForeignObjects({ dockerState, hostState }: FakeWorld): void {
  dockerState.networks.set('foreign-network', {
    id: 'foreign-network',
    spec: {
      name: 'old-decnet-office-2',
      driver: 'macvlan',
      parent: 'eth9',
      subnet: '203.0.113.0/24',
      gateway: null,
      ipRange: '203.0.113.0/24',
      labels: { [labels.deployment]: 'office-2' },
    },
  });
  dockerState.containers.set('foreign-container', {
    id: 'foreign-container',
    name: 'decnet-office-2.files-01',
    state: 'running',
    exitCode: 0,
    imageId: 'sha256:foreign',
    labels: { [labels.deployment]: 'office-2', [labels.decky]: 'files-01', [labels.service]: 'base' },
    networkMode: 'old-decnet-office-2',
    ip: '203.0.113.70',
    mac: '02:00:00:00:bb:70',
    pid: 50,
    namespace: 'net:[50]',
    startedAt: '2026-01-01T00:00:00.000Z',
    ports: [],
  });
  hostState.links.set('dn-office-2', {
    name: 'dn-office-2',
    up: true,
    mac: '02:00:00:00:bb:ff',
    alias: 'decnet:office-2',
    kind: 'macvlan',
    mode: 'bridge',
    parent: 'eth9',
    addresses: ['198.51.100.200/32'],
    wireless: false,
    answersForOthers: false,
  });
  hostState.routes.push({ destination: '198.51.100.201/32', link: 'dn-office-2', gateway: null });
}

/** By its mark, or by the names that only `office` and its trial in preflight have. */
export function isOurLink({ name, alias }: Link): boolean {
  return alias === 'decnet:office' || [bridgeLinkName('office'), probeLinkName('office')].includes(name);
}

/** Everything in the world that does not bear the marks of `office`. */
export async function foreignObjects(world: FakeWorld): Promise<{
  readonly networks: readonly Network[];
  readonly containers: readonly Container[];
  readonly links: readonly Link[];
  readonly routes: readonly Route[];
}> {
  const { docker, host } = world;
  const links = (await host.links()).filter((link) => !isOurLink(link));
  const names = new Set(links.map((link) => link.name));
  const isForeign = (one: { readonly labels: Readonly<Record<string, string>> }): boolean =>
    one.labels[labels.deployment] !== 'office';
  return {
    networks: (await docker.listNetworks()).filter(
      (one) => isForeign(one) && !(labels.network in one.labels),
    ),
    containers: [...(await docker.listContainers(labels.deployment))].filter(isForeign),
    links,
    routes: (await host.routes()).filter((route) => names.has(route.link)),
  };
}
