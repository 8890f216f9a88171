import { cp, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Bench } from './bench.ts';

/** Keeps the world and the files of a bench as they are now; what it answers puts them back. */
export async function checkpoint(bench: Bench): Promise<() => Promise<void>> {
  const { dockerState, hostState } = bench.world;
  const docker = structuredClone(dockerState);
  const host = structuredClone(hostState);
  const home = dirname(bench.paths.state);
  const saved = `${home}.saved`;
  await rm(saved, { recursive: true, force: true });
  await cp(home, saved, { recursive: true });
  return async () => {
    refill(dockerState.networks, docker.networks);
    refill(dockerState.containers, structuredClone(docker.containers));
    refill(dockerState.images, docker.images);
    refill(hostState.links, host.links);
    hostState.routes = [...host.routes];
    await rm(home, { recursive: true, force: true });
    await cp(saved, home, { recursive: true });
    bench.faults.disarm();
  };
}

function refill<T>(map: Map<string, T>, from: ReadonlyMap<string, T>): void {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
}
