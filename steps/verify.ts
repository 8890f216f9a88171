import { z } from 'zod';
import { baseService } from '../src/compose/containers.ts';
import { DecnetError } from '../src/errors.ts';
import { baseContainerName, bridgeLinkName } from '../src/fleet/names.ts';
import { type ResolvedDecky, type ResolvedFleet, resolvedFleetSchema } from '../src/fleet/resolved.ts';
import { inParallel } from '../src/in-parallel.ts';
import { type DeckyStatus, isStuck, observeFleet } from '../src/observe/fleet-status.ts';
import { defineStep, type StepContext } from '../src/runner/step.ts';

/** How long deckies may take to come up, and the growing pause between two looks, milliseconds. */
const patience = 90_000;
const shortestPause = 100;
const longestPause = 1_000;

/** How long a decky may seem to be ended for good, milliseconds: Docker may be at starting it. */
const stuckPatience = 5_000;

/** How long the LAN may take to answer by ARP, milliseconds. */
const arpTimeout = 3_000;

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
    const differences = textsOf(await look(context, fleet));
    if (differences.length > 0) return { status: 'drifted', differences };
    return { status: 'satisfied', output: countsOf(fleet) };
  },

  async apply(context, { fleet }) {
    const deadline = context.now() + patience;
    let pause = shortestPause;
    // A decky that was seen as it should be is not looked at again: the CPUs have enough to do.
    let pending = fleet;
    let stuckSince = Number.POSITIVE_INFINITY;
    for (;;) {
      const differences = await look(context, pending);
      if (differences.size === 0) return countsOf(fleet);
      const now = context.now();
      const hasStuck = [...differences.values()].some((one) => one.isStuck);
      stuckSince = hasStuck ? Math.min(stuckSince, now) : Number.POSITIVE_INFINITY;
      if (now >= deadline || now - stuckSince >= stuckPatience) throw notAsItShould(textsOf(differences));
      pending = { ...fleet, deckies: fleet.deckies.filter(({ name }) => differences.has(name)) };
      await context.sleep(pause);
      pause = Math.min(pause * 2, longestPause);
    }
  },

  undo: async () => {},
});

/** What differs, by decky: nothing for one that is as it should be. */
type Differences = ReadonlyMap<string, { readonly texts: readonly string[]; readonly isStuck: boolean }>;

function textsOf(differences: Differences): readonly string[] {
  return [...differences.values()].flatMap(({ texts }) => texts);
}

async function look(context: StepContext, fleet: ResolvedFleet): Promise<Differences> {
  const { docker, host } = context.world;
  const statuses = await observeFleet({ docker, host, now: context.now() }, fleet);
  const differences = new Map(
    statuses.map((status) => [status.decky, { texts: statusDifferences(status), isStuck: isStuck(status) }]),
  );
  // Who does not run cannot answer: the LAN is asked about those that do.
  const running = fleet.deckies.filter(({ name }) => differences.get(name)?.texts.length === 0);
  const [answers, announced] = await Promise.all([
    askLan(context, fleet, running),
    inParallel(16, running, (decky) => hasAnnounced(context, fleet, decky)),
  ]);
  for (const [index, decky] of running.entries()) {
    const silence = announced[index] ? [] : [`${decky.name}: has not announced its MAC`];
    const texts = [...arpDifferences(fleet, decky, answers), ...silence];
    differences.set(decky.name, { texts, isStuck: false });
  }
  return new Map([...differences].filter(([, { texts }]) => texts.length > 0));
}

function statusDifferences(status: DeckyStatus): readonly string[] {
  const { decky, wire } = status;
  const differences: string[] = [];
  if (status.base !== 'up') differences.push(`${decky}: base container is ${status.base}`);
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

/** Whether a base has told the LAN its MAC by gratuitous ARP: it is among its first log lines. */
async function hasAnnounced(
  context: StepContext,
  fleet: ResolvedFleet,
  { name }: ResolvedDecky,
): Promise<boolean> {
  const options = { follow: false, tail: 20, signal: context.signal };
  for await (const line of context.world.docker.logs(baseContainerName(fleet.name, name), options)) {
    if (line.text.includes(` ${baseService} `) && line.text.includes(' announce ')) return true;
  }
  return false;
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
