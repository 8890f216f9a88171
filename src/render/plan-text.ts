import type { FleetChange } from '../fleet/changes.ts';
import type { Plan } from '../runner/plan.ts';
import { safeText } from '../text/safe.ts';
import { table } from '../text/table.ts';

/** A plan for people: the network, the deckies, the steps. Ends with a newline. */
export function planText({ fleet, steps, statePath, changes, notes }: Plan): string {
  const { network } = fleet;
  const deckies = table(
    ['DECKY', 'ARCHETYPE', 'IP', 'MAC', 'HOSTNAME', 'DISTRO', 'SERVICES'],
    fleet.deckies.map((decky) => [
      decky.name,
      decky.archetype,
      decky.ip,
      decky.mac ?? "the parent's",
      decky.hostname,
      decky.distro,
      decky.services.map((service) => service.name).join(' '),
    ]),
  );
  const plan = table(
    ['STEP', 'ACTION', 'WHY'],
    steps.map((step) => [step.step, step.action, step.reasons.join('; ')]),
  );
  const shared =
    network.driver === 'ipvlan'
      ? `On ipvlan every decky has the MAC of ${safeText(network.interface)}: no MAC tells a vendor\n`
      : '';
  return `Deployment ${fleet.name}: ${network.driver} on ${safeText(network.interface)}, ${network.subnet}, gateway ${network.gateway ?? 'none'}
Domain ${fleet.domain}; host bridge ${network.bridgeAddress}; state file ${safeText(statePath)}
${shared}
${deckies}

${changes === null ? '' : `${changesText(changes)}\n`}${plan}
${notes.map((note) => `\nNote: ${safeText(note)}\n`).join('')}`;
}

const signs = { add: '+', change: '~', remove: '-' } as const;

/** What becomes of the deployment that stands: `+ web-03`, `~ files-01: +smb`, `- printer-02`. */
function changesText(changes: readonly FleetChange[]): string {
  if (changes.length === 0) return 'The fleet is the one that stands\n';
  return changes
    .map(({ action, decky, what }) => {
      const name = decky ?? 'all deckies';
      return `${signs[action]} ${what.length === 0 ? name : `${name}: ${safeText(what.join(', '))}`}\n`;
    })
    .join('');
}
