import { bridgeLinkName } from '../fleet/names.ts';
import type { ResolvedDecky, ResolvedFleet } from '../fleet/resolved.ts';
import type { World } from '../runner/step.ts';
import { type DeckyStatus, isEgressAsSet, isStuck, observeFleet } from './fleet-status.ts';
import { lookForSecondHolders } from './second-holders.ts';

/** How long the LAN may take to answer by ARP, milliseconds. */
const arpTimeout = 3_000;

/** How long another machine may take to answer for a decky, milliseconds: about what the rest of a look takes. */
const secondAnswerTime = 100;

type Looking = Pick<World, 'docker' | 'host'>;

/** What is not as it should be with one decky. */
interface Difference {
  readonly texts: readonly string[];
  /** It will stay so, however long one waits. */
  readonly isStuck: boolean;
  readonly hasBaseEnded: boolean;
}

/** By decky: nothing for one that is as it should be. */
export type Differences = ReadonlyMap<string, Difference>;

/** What there is to say about all of them, by decky in the fleet's order. */
export function textsOf(differences: Differences): readonly string[] {
  return [...differences.values()].flatMap(({ texts }) => texts);
}

/** One look at every decky: its containers, its ports, its rules, and whether it answers on the LAN as it should. */
export async function lookForDifferences(
  { docker, host }: Looking,
  fleet: ResolvedFleet,
  now: number,
): Promise<Differences> {
  const statuses = await observeFleet({ docker, host, now }, fleet);
  const differences = new Map(statuses.map((status) => [status.decky, differenceOf(status)]));
  // Who does not run cannot answer: the LAN is asked about those that do.
  const running = fleet.deckies.filter(({ name }) => differences.get(name)?.texts.length === 0);
  const answers = await askLan(host, fleet, running);
  for (const decky of running) {
    const texts = arpDifferences(fleet, decky, answers);
    differences.set(decky.name, { texts, isStuck: false, hasBaseEnded: false });
  }
  return new Map([...differences].filter(([, { texts }]) => texts.length > 0));
}

function differenceOf(status: DeckyStatus): Difference {
  const hasBaseEnded = status.base !== 'up' && status.base !== 'missing';
  return { texts: statusDifferences(status), isStuck: isStuck(status), hasBaseEnded };
}

function statusDifferences(status: DeckyStatus): readonly string[] {
  const { decky, wire } = status;
  const differences: string[] = [];
  if (status.base !== 'up') differences.push(`${decky}: base container is ${status.base}`);
  else if (!isEgressAsSet(status.egress))
    differences.push(`${decky}: the rules for its way out are ${status.egress?.rules}`);
  else if (!status.announced) differences.push(`${decky}: has not announced its MAC`);
  for (const { service, health, ports } of status.services) {
    const where = ports.map(({ port, protocol }) => `${port}/${protocol}`).join(', ');
    if (health !== 'healthy') differences.push(`${decky}: ${service} (${where}) is ${health}`);
  }
  if (wire !== null && wire.ip !== status.ip)
    differences.push(`${decky}: has ${wire.ip}, wanted ${status.ip}`);
  if (wire !== null && status.mac !== null && wire.mac !== status.mac) {
    differences.push(`${decky}: has MAC ${wire.mac}, wanted ${status.mac}`);
  }
  return differences;
}

/** The deckies whose address another machine answers for, in words. */
export async function secondHolders({ host }: Looking, fleet: ResolvedFleet): Promise<readonly string[]> {
  const conflictOf = await lookForSecondHolders(host, fleet, secondAnswerTime);
  return fleet.deckies.flatMap(({ name, ip }) => {
    const conflict = conflictOf({ decky: name, ip, base: 'up' });
    return typeof conflict === 'string' ? [] : [`${name}: ${conflict.mac} answers for ${ip} too`];
  });
}

function askLan(
  host: Looking['host'],
  fleet: ResolvedFleet,
  deckies: readonly ResolvedDecky[],
): Promise<ReadonlyMap<string, string>> {
  const addresses = deckies.map((decky) => decky.ip);
  return host.askNeighbours(bridgeLinkName(fleet.name), addresses, arpTimeout);
}

function arpDifferences(
  fleet: ResolvedFleet,
  { name, ip, mac }: ResolvedDecky,
  answers: ReadonlyMap<string, string>,
): readonly string[] {
  const answer = answers.get(ip);
  if (answer === undefined) return [`${name}: ${ip} does not answer on ${bridgeLinkName(fleet.name)}`];
  return mac === null || answer === mac ? [] : [`${name}: ${ip} answers with MAC ${answer}, wanted ${mac}`];
}
