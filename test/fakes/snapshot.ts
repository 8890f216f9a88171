import { dirname, join } from 'node:path';
import { labels } from '../../src/fleet/names.ts';
import type { Bench } from './bench.ts';
import type { FakeContainer } from './fake-docker.ts';
import { foreignObjects, isOurLink } from './foreign.ts';
import { readTree, type Tree } from './tree.ts';

/** The world and the record of it, without what differs between two runs that went the same way. */
export interface Snapshot {
  readonly containers: readonly unknown[];
  readonly networks: readonly unknown[];
  readonly links: readonly unknown[];
  readonly routes: readonly string[];
  /** Tags. */
  readonly images: readonly string[];
  /** Path beside the state file → content; the state file itself and journals are left out. */
  readonly files: Tree;
  readonly deployment: unknown;
  readonly run: unknown;
  readonly foreign: unknown;
}

export async function snapshot(bench: Bench): Promise<Snapshot> {
  const { dockerState, hostState } = bench.world;
  const state = await bench.state();
  const foreign = await foreignObjects(bench.world);
  const mine = [...dockerState.containers.values()].filter(isOurs);
  const links = [...hostState.links.values()].filter(isOurLink);
  const names = new Set(links.map((link) => link.name));
  return {
    containers: mine.map((container) => summary(bench, container)).sort(byName),
    networks: [...dockerState.networks.values()].map(({ spec }) => spec).filter(isOurNetwork),
    links,
    routes: hostState.routes
      .filter((route) => names.has(route.link))
      .map((route) => route.destination)
      .sort(),
    images: [...dockerState.images.keys()].sort(),
    files: filesBeside(bench),
    deployment: withoutHome(bench, state?.deployment ?? null),
    run: state?.run ? { pipeline: state.run.pipeline, status: state.run.status } : null,
    foreign,
  };
}

/** What an empty world has in common with every other: images are a cache, and the record of a run may stay. */
export function onTheWire(world: Snapshot): Omit<Snapshot, 'images' | 'run'> {
  const { images: _images, run: _run, ...rest } = world;
  return rest;
}

function isOurs(one: { readonly labels: Readonly<Record<string, string>> }): boolean {
  return one.labels[labels.deployment] === 'office';
}

function isOurNetwork(one: { readonly labels: Readonly<Record<string, string>> }): boolean {
  return isOurs(one) || labels.network in one.labels;
}

function summary(bench: Bench, container: FakeContainer) {
  const state = bench.world.dockerState;
  const { name, labels: marks, state: condition, networkMode, ip, mac, ports, imageId } = container;
  const base = state.containers.get(networkMode.replace(/^container:/, ''));
  const image = [...state.images.values()].find((one) => one.id === imageId)?.tags;
  const joined = base === undefined ? networkMode : base.name;
  const isJoined = base === undefined || base.namespace === container.namespace;
  return { name, marks: withoutHome(bench, marks), condition, joined, isJoined, ip, mac, ports, image };
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

function filesBeside({ paths }: Bench): Tree {
  const home = dirname(paths.state);
  const isLeftOut = (name: string): boolean =>
    [paths.state, paths.backup].includes(join(home, name)) || join(home, name).startsWith(paths.runs);
  return Object.fromEntries(Object.entries(readTree(home)).filter(([name]) => !isLeftOut(name)));
}

function withoutHome(bench: Bench, value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(dirname(bench.paths.state), '<home>'));
}
