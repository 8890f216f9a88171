import { type HostFacts, readHostFacts } from './fleet/host-facts.ts';
import type { ResolvedFleet } from './fleet/resolved.ts';
import { createHost } from './host/linux.ts';
import { execute } from './process/execute.ts';
import { fleetOnRecord, nothingDeployed } from './state/fleet-on-record.ts';
import { pathsOf, stateFileName } from './state/paths.ts';
import { readState } from './state/read.ts';

/** Facts of this host, or null where they cannot be had, as on a machine without iproute2. */
export async function factsIfKnown(): Promise<HostFacts | null> {
  return readHostFacts(createHost(execute)).catch(() => null);
}

/** The fleet of the deployment that a state file records. Rejects with exit code 4 when there is none. */
export async function recordedFleet(statePath: string = stateFileName): Promise<ResolvedFleet> {
  const paths = pathsOf(statePath);
  const fleet = fleetOnRecord(await readState(paths));
  if (fleet === null) throw nothingDeployed(paths.state);
  return fleet;
}

/** Its name and deckies alone. */
export async function recordedDeployment(
  statePath?: string,
): Promise<{ name: string; deckies: readonly string[] }> {
  const fleet = await recordedFleet(statePath);
  return { name: fleet.name, deckies: fleet.deckies.map((decky) => decky.name) };
}
