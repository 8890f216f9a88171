import { dirname } from 'node:path';
import type { Bench } from './bench.ts';
import { readTree, writeTree } from './tree.ts';

/** Keeps the world and the files of a bench as they are now; what it answers puts them back. */
export function checkpoint(bench: Bench): () => void {
  const { dockerState, hostState } = bench.world;
  const docker = structuredClone(dockerState);
  const host = structuredClone(hostState);
  const home = dirname(bench.paths.state);
  const files = readTree(home);
  return () => {
    refill(dockerState.networks, docker.networks);
    refill(dockerState.containers, structuredClone(docker.containers));
    refill(dockerState.images, docker.images);
    refill(hostState.links, host.links);
    hostState.routes = [...host.routes];
    writeTree(home, files);
    bench.faults.disarm();
  };
}

function refill<T>(map: Map<string, T>, from: ReadonlyMap<string, T>): void {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
}
