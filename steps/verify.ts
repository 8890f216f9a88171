import { z } from 'zod';
import { baseService } from '../src/compose/containers.ts';
import { DecnetError } from '../src/errors.ts';
import { baseContainerName, bridgeLinkName } from '../src/fleet/names.ts';
import { type ResolvedFleet, resolvedFleetSchema } from '../src/fleet/resolved.ts';
import { inParallel } from '../src/in-parallel.ts';
import { type DeckyStatus, observeFleet } from '../src/observe/fleet-status.ts';
import { defineStep, type StepContext } from '../src/runner/step.ts';

/** How long deckies may take to come up, and the pause between two looks, milliseconds. */
const patience = 90_000;
const pause = 500;

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
    const differences = await look(context, fleet);
    if (differences.length > 0) return { status: 'drifted', differences };
    return { status: 'satisfied', output: countsOf(fleet) };
  },

  async apply(context, { fleet }) {
    const deadline = context.now() + patience;
    for (;;) {
      const differences = await look(context, fleet);
      if (differences.length === 0) return countsOf(fleet);
      if (context.now() >= deadline) throw notAsItShould(differences);
      await context.sleep(pause);
    }
  },

  undo: async () => {},
});

async function look(context: StepContext, fleet: ResolvedFleet): Promise<readonly string[]> {
  const { docker, host } = context.world;
  const statuses = await observeFleet({ docker, host, now: context.now() }, fleet);
  const differences = statuses.flatMap((status) => statusDifferences(status));
  // Who does not run cannot answer: the LAN is asked once all of them do.
  if (differences.length > 0) return differences;
  return [...(await arpDifferences(context, fleet)), ...(await silentBases(context, fleet))];
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

async function arpDifferences(context: StepContext, fleet: ResolvedFleet): Promise<readonly string[]> {
  const addresses = fleet.deckies.map((decky) => decky.ip);
  const link = bridgeLinkName(fleet.name);
  const answers = await context.world.host.askNeighbours(link, addresses, arpTimeout);
  return fleet.deckies.flatMap(({ name, ip, mac }) => {
    const answer = answers.get(ip);
    if (answer === undefined) return [`${name}: ${ip} does not answer on ${link}`];
    return mac === null || answer === mac ? [] : [`${name}: ${ip} answers with MAC ${answer}, wanted ${mac}`];
  });
}

/** Bases that have not told the LAN their MAC by gratuitous ARP: it is their first log line. */
async function silentBases(context: StepContext, fleet: ResolvedFleet): Promise<readonly string[]> {
  const silent = await inParallel(16, fleet.deckies, async ({ name }) => {
    const container = baseContainerName(fleet.name, name);
    const options = { follow: false, tail: 20, signal: context.signal };
    for await (const line of context.world.docker.logs(container, options)) {
      if (line.text.includes(` ${baseService} `) && line.text.includes(' announce ')) return null;
    }
    return name;
  });
  return silent.filter((name) => name !== null).map((name) => `${name}: has not announced its MAC`);
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
