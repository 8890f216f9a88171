import { loadCatalogue } from './fleet/catalogue.ts';
import { readHostFacts } from './fleet/host-facts.ts';
import { fleetFromObject, readFleetFile } from './fleet/parse.ts';
import { resolveFleet } from './fleet/resolve.ts';
import type { ResolvedFleet } from './fleet/resolved.ts';
import type { FleetInput } from './fleet/schema.ts';
import type { Host } from './host/host.ts';
import { templatesFolder } from './package-root.ts';

/** A fleet file's path, or the same content as an object. */
export type FleetSourceInput = string | FleetInput;

/** Reads, checks and resolves a fleet for this host. Rejects with `FLEET_INVALID` and its kin (exit 2). */
export async function resolveSource(source: FleetSourceInput, host: Host): Promise<ResolvedFleet> {
  const catalogue = await loadCatalogue(templatesFolder());
  const { fleet, positions } =
    typeof source === 'string' ? await readFleetFile(source, catalogue) : fleetFromObject(source, catalogue);
  return resolveFleet(fleet, await readHostFacts(host), catalogue, positions);
}
