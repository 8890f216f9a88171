import type { Problem } from '../yaml/problem.ts';
import type { Catalogue } from './catalogue.ts';
import { checkAddresses } from './check-addresses.ts';
import { checkAlerts } from './check-alerts.ts';
import { checkDeckies } from './check-deckies.ts';
import type { HostFacts } from './host-facts.ts';
import { type NetworkView, viewNetwork } from './network-view.ts';
import type { Fleet } from './schema.ts';

/** All that is wrong with a fleet of right form; `facts` null: as far as the file alone tells. */
export function checkFleet(
  fleet: Fleet,
  catalogue: Catalogue,
  facts: HostFacts | null,
): { readonly problems: readonly Problem[]; readonly view: NetworkView } {
  const { view, problems } = viewNetwork(fleet, facts);
  return {
    view,
    problems: [
      ...problems,
      ...checkDeckies(fleet, catalogue),
      ...checkAddresses(fleet, view),
      ...checkAlerts(fleet, catalogue),
    ],
  };
}
