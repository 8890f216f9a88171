import { labels } from '../fleet/names.ts';
import { labNetwork } from '../lab/layout.ts';
import type { Seen, SeenContainer } from './see.ts';
import { containersOf, deployment } from './site.ts';
import { deckyNames } from './state-record.ts';

/** What the world has to be at the end of a round: these deckies on the wire, or nothing. */
export type Wanted = readonly string[] | 'empty';

/** What is not as it has to be, one sentence each. `before` is the world without a deployment. Pure. */
export function judge(before: Seen, now: Seen, wanted: Wanted): readonly string[] {
  return [
    ...foreignTroubles(before, now),
    ...leftTroubles(before, now),
    ...(wanted === 'empty' ? emptyTroubles(before, now) : fullTroubles(before, now, wanted)),
  ];
}

/** What stood before any deployment stands as it did: the same, and started no second time. */
function foreignTroubles(before: Seen, now: Seen): readonly string[] {
  const containers = before.containers.flatMap((old) => {
    const found = now.containers.find(({ id }) => id === old.id);
    if (found === undefined) return [`the foreign container ${old.name} is gone`];
    if (found.status !== old.status) return [`the foreign container ${old.name} is ${found.status}`];
    return found.startedAt === old.startedAt ? [] : [`the foreign container ${old.name} was started again`];
  });
  const networks = [...before.networks.keys()].filter((id) => !now.networks.has(id));
  const links = [...before.links].filter(([name, old]) => {
    const found = now.links.get(name);
    return found?.kind !== old.kind || found.parent !== old.parent || found.up !== old.up;
  });
  const routes = before.routes.filter((route) => !now.routes.includes(route));
  return [
    ...containers,
    ...networks.map((id) => `the foreign network ${id} is gone`),
    ...links.map(([name]) => `the foreign link ${name} is gone or changed`),
    ...routes.map((route) => `the foreign route to ${route} is gone`),
  ];
}

/** What no command may leave whatever it did: locks, drafts, children. */
function leftTroubles(before: Seen, now: Seen): readonly string[] {
  const known = ['', '.backup', '.damaged'].map((ending) => `decnet-state.json${ending}`);
  const files = now.files.filter((name) => !['fleet.yaml', '.decnet/', ...known].includes(name));
  return [
    ...files.map((name) => `${name} lies beside the state file`),
    ...newRunFiles(before, now)
      .filter((name) => name.includes('.lock'))
      .map((name) => `/run/${name} is left`),
    ...now.strays.map((process) => `${process} runs still`),
  ];
}

function emptyTroubles(before: Seen, now: Seen): readonly string[] {
  const { record } = now;
  const recorded =
    record === 'damaged'
      ? ['the state file is damaged']
      : record === null
        ? []
        : [
            ...(record.deployment === null ? [] : ['the state file has a deployment']),
            ...(record.run?.status === 'rolled-back' ? [] : [`the state file says ${record.run?.status}`]),
          ];
  return [
    ...newContainers(before, now).map(({ name }) => `the container ${name} is there`),
    ...newNetworks(before, now).map(([id]) => `the network ${id} is there`),
    ...newLinks(before, now).map(([name]) => `the link ${name} is there`),
    ...newRoutes(before, now).map((route) => `the route to ${route} is there`),
    ...newRunFiles(before, now).map((name) => `/run/${name} is there`),
    ...recorded,
  ];
}

function fullTroubles(before: Seen, now: Seen, names: readonly string[]): readonly string[] {
  const containers = newContainers(before, now);
  const networks = newNetworks(before, now);
  const links = newLinks(before, now);
  const places = containers.map(placeOf).sort();
  const link = links[0];
  const addresses = addressesOf(now);
  const routes = link === undefined ? [] : addresses.map(({ ip }) => `${ip} on ${link[0]}`).sort();
  return [
    ...differ('containers', places, containersOf(names)),
    ...containers.flatMap((container) => containerTroubles(container, containers, now)),
    ...differ(
      'networks',
      networks.map(([, { driver, parent }]) => `${driver} on ${parent}`),
      [`macvlan on ${labNetwork.interface}`],
    ),
    ...differ(
      'links',
      links.map(([, { kind, parent, up }]) => `${kind} on ${parent}, ${up ? 'up' : 'down'}`),
      [`macvlan on ${labNetwork.interface}, up`],
    ),
    ...differ('routes', newRoutes(before, now), routes),
    ...recordTroubles(now, names),
  ];
}

function containerTroubles(
  container: SeenContainer,
  all: readonly SeenContainer[],
  now: Seen,
): readonly string[] {
  if (container.status !== 'running') return [`the container ${container.name} is ${container.status}`];
  const { [labels.decky]: decky, [labels.service]: service } = container.labels;
  const base = all.find((one) => placeOf(one) === `${decky}/base`);
  if (service !== 'base') {
    const isJoined = base !== undefined && container.networkMode === `container:${base.id}`;
    const isInside = isJoined && container.namespace !== null && container.namespace === base.namespace;
    return isInside ? [] : [`the container ${container.name} is not in the network of its base`];
  }
  const wanted = addressesOf(now).find(({ name }) => name === decky);
  const has = container.networks.map(({ ip, mac }) => `${ip} ${mac}`);
  return differ(
    `addresses of ${container.name}`,
    has,
    wanted === undefined ? [] : [`${wanted.ip} ${wanted.mac}`],
  );
}

function recordTroubles({ record }: Seen, names: readonly string[]): readonly string[] {
  if (record === null || record === 'damaged') return ['there is no state file that can be read'];
  const { deployment: recorded, run } = record;
  const open = run?.steps.filter(({ status, children }) => status !== 'done' || children.length > 0) ?? [];
  return [
    ...differ(
      'deckies in the state file',
      recorded === null ? [] : deckyNames(recorded.fleet),
      [...names].sort(),
    ),
    ...(run?.status === 'succeeded' ? [] : [`the state file says ${run?.status}`]),
    ...open.map(({ id, status }) => `the state file has step ${id} as ${status}`),
  ];
}

function addressesOf({ record }: Seen) {
  return record === null || record === 'damaged' ? [] : (record.deployment?.fleet.deckies ?? []);
}

function newContainers(before: Seen, now: Seen): readonly SeenContainer[] {
  return now.containers.filter(({ id }) => !before.containers.some((old) => old.id === id));
}

function newNetworks(before: Seen, now: Seen) {
  return [...now.networks].filter(([id]) => !before.networks.has(id));
}

function newLinks(before: Seen, now: Seen) {
  return [...now.links].filter(([name]) => !before.links.has(name));
}

function newRoutes(before: Seen, now: Seen): readonly string[] {
  return now.routes.filter((route) => !before.routes.includes(route));
}

/** Locks, and what tells which state file a deployment is under. */
function newRunFiles(before: Seen, now: Seen): readonly string[] {
  return now.runFiles.filter((name) => !before.runFiles.includes(name));
}

function placeOf({ name, labels: marks }: SeenContainer): string {
  if (marks[labels.deployment] !== deployment) return name;
  return `${marks[labels.decky]}/${marks[labels.service]}`;
}

function differ(what: string, has: readonly string[], wanted: readonly string[]): readonly string[] {
  if (JSON.stringify(has) === JSON.stringify(wanted)) return [];
  return [`${what}: ${has.join(', ') || 'none'}; wanted ${wanted.join(', ') || 'none'}`];
}
