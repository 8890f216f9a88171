import { z } from 'zod';
import { DecnetError } from '../src/errors.ts';
import { bridgeLinkName } from '../src/fleet/names.ts';
import { type ResolvedDecky, type ResolvedFleet, resolvedFleetSchema } from '../src/fleet/resolved.ts';
import { refuseBaseFaults } from '../src/observe/base-fault.ts';
import { type DeckyStatus, isEgressAsSet, isStuck, observeFleet } from '../src/observe/fleet-status.ts';
import { lookForSecondHolders } from '../src/observe/second-holders.ts';
import { defineStep, type StepContext } from '../src/runner/step.ts';

/** How long deckies may take to come up, and the growing pause between two looks, milliseconds. */
const patience = 90_000;
const shortestPause = 100;
const longestPause = 1_000;

/** How long a decky may seem to be ended for good, milliseconds: Docker may be at starting it. */
const stuckPatience = 5_000;

/** How long the LAN may take to answer by ARP, milliseconds. */
const arpTimeout = 3_000;

/** How long another machine may take to answer for a decky, milliseconds: about what the rest of a look takes. */
const secondAnswerTime = 100;

const inputSchema = z.object({ fleet: resolvedFleetSchema });

/** Looks at the fleet from outside: running, listening, answering, with the MACs that were asked for. */
export const verify = defineStep({
  id: 'verify',
  version: 1,
  title: 'Every decky answers as it should',
  effect: 'none',
  input: inputSchema,
  output: z.object({ deckies: z.number(), services: z.number() }),

  inputs: ({ fleet }) => ({ fleet }),

  async check(context, { fleet }) {
    const [found, second] = await Promise.all([look(context, fleet), secondHolders(context, fleet)]);
    const differences = [...textsOf(found), ...second];
    if (differences.length > 0) return { status: 'drifted', differences };
    return { status: 'satisfied', output: countsOf(fleet) };
  },

  async apply(context, { fleet }) {
    // Beside the waiting, so that it takes no time of its own; to wait for another machine to go would be in vain.
    const second = secondHolders(context, fleet);
    const deadline = context.now() + patience;
    let pause = shortestPause;
    // A decky that was seen as it should be is not looked at again: the CPUs have enough to do.
    let pending = fleet;
    let stuckSince = Number.POSITIVE_INFINITY;
    for (;;) {
      const differences = await look(context, pending);
      if (differences.size === 0) break;
      const deckies = [...differences].filter(([, { hasBaseEnded }]) => hasBaseEnded).map(([name]) => name);
      await refuseBaseFaults(context.world.docker, {
        deployment: fleet.name,
        deckies,
        signal: context.signal,
      });
      const now = context.now();
      const hasStuck = [...differences.values()].some((one) => one.isStuck);
      stuckSince = hasStuck ? Math.min(stuckSince, now) : Number.POSITIVE_INFINITY;
      if (now >= deadline || now - stuckSince >= stuckPatience) throw notAsItShould(textsOf(differences));
      pending = { ...fleet, deckies: fleet.deckies.filter(({ name }) => differences.has(name)) };
      await context.sleep(pause);
      pause = Math.min(pause * 2, longestPause);
    }
    if ((await second).length > 0) throw notAsItShould(await second);
    return countsOf(fleet);
  },

  undo: async () => {},
});

/** What is not as it should be with one decky. */
interface Difference {
  readonly texts: readonly string[];
  /** It will stay so, however long one waits. */
  readonly isStuck: boolean;
  readonly hasBaseEnded: boolean;
}

/** By decky: nothing for one that is as it should be. */
type Differences = ReadonlyMap<string, Difference>;

function textsOf(differences: Differences): readonly string[] {
  return [...differences.values()].flatMap(({ texts }) => texts);
}

async function look(context: StepContext, fleet: ResolvedFleet): Promise<Differences> {
  const { docker, host } = context.world;
  const statuses = await observeFleet({ docker, host, now: context.now() }, fleet);
  const differences = new Map(statuses.map((status) => [status.decky, differenceOf(status)]));
  // Who does not run cannot answer: the LAN is asked about those that do.
  const running = fleet.deckies.filter(({ name }) => differences.get(name)?.texts.length === 0);
  const answers = await askLan(context, fleet, running);
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

async function secondHolders(context: StepContext, fleet: ResolvedFleet): Promise<readonly string[]> {
  const conflictOf = await lookForSecondHolders(context.world.host, fleet, secondAnswerTime);
  return fleet.deckies.flatMap(({ name, ip }) => {
    const conflict = conflictOf({ decky: name, ip, base: 'up' });
    return typeof conflict === 'string' ? [] : [`${name}: ${conflict.mac} answers for ${ip} too`];
  });
}

function askLan(
  context: StepContext,
  fleet: ResolvedFleet,
  deckies: readonly ResolvedDecky[],
): Promise<ReadonlyMap<string, string>> {
  const addresses = deckies.map((decky) => decky.ip);
  return context.world.host.askNeighbours(bridgeLinkName(fleet.name), addresses, arpTimeout);
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

function countsOf(fleet: ResolvedFleet) {
  const services = fleet.deckies.reduce((sum, decky) => sum + decky.services.length, 0);
  return { deckies: fleet.deckies.length, services };
}

function notAsItShould(differences: readonly string[]): DecnetError {
  return new DecnetError(`Not as it should be: ${differences.join('; ')}`, {
    code: 'NOT_VERIFIED',
    hint: 'Look at: decnet status, and decnet logs DECKY. Then run: decnet resume',
  });
}
