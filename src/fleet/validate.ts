import type { Catalogue } from './catalogue.ts';
import { checkFleet } from './check-fleet.ts';
import { servicesOf } from './check-services.ts';
import { expandDeckies } from './expand.ts';
import type { HostFacts } from './host-facts.ts';
import { type FleetSource, fleetInvalid } from './parse.ts';

/** What `decnet validate` says of a fleet that is right. */
export interface ValidFleet {
  readonly name: string;
  readonly deckies: number;
  readonly services: number;
  /** The interface whose addresses the fleet was held against; null when only the file was looked at. */
  readonly checkedAgainst: string | null;
}

/**
 * Checks everything that can be checked without starting anything. A fleet for another host is no error: where this
 * one has not the interface, only the file counts. Throws `FLEET_INVALID`.
 */
export function validateFleet(
  source: FleetSource,
  catalogue: Catalogue,
  facts: HostFacts | null,
): ValidFleet {
  const { fleet, positions } = source;
  const wanted = fleet.network.interface ?? facts?.defaultRoute?.interface;
  const isHere = facts?.interfaces.some(({ name }) => name === wanted) ?? false;
  const { problems, view } = checkFleet(fleet, catalogue, isHere ? facts : null);
  if (problems.length > 0) throw fleetInvalid(problems, positions);
  const deckies = expandDeckies(fleet);
  return {
    name: fleet.name,
    deckies: deckies.length,
    services: deckies.reduce((sum, { asked }) => sum + servicesOf(asked, catalogue).length, 0),
    checkedAgainst: isHere ? view.interface : null,
  };
}
