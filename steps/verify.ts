import { z } from 'zod';
import { DecnetError } from '../src/errors.ts';
import { type ResolvedFleet, resolvedFleetSchema, withoutAlerts } from '../src/fleet/resolved.ts';
import { refuseBaseFaults } from '../src/observe/base-fault.ts';
import { lookForDifferences, secondHolders, textsOf } from '../src/observe/fleet-differences.ts';
import { defineStep } from '../src/runner/step.ts';

/** How long deckies may take to come up, and the growing pause between two looks, milliseconds. */
const patience = 90_000;
const shortestPause = 100;
const longestPause = 1_000;

/** How long a decky may seem to be ended for good, milliseconds: Docker may be at starting it. */
const stuckPatience = 5_000;

const inputSchema = z.object({ fleet: resolvedFleetSchema });

/** Looks at the fleet from outside: running, listening, answering, with the MACs that were asked for. */
export const verify = defineStep({
  id: 'verify',
  version: 1,
  title: 'Every decky answers as it should',
  effect: 'none',
  input: inputSchema,
  output: z.object({ deckies: z.number(), services: z.number() }),

  inputs: ({ fleet }) => ({ fleet: withoutAlerts(fleet) }),

  async check(context, { fleet }) {
    const [found, second] = await Promise.all([
      lookForDifferences(context.world, fleet, context.now()),
      secondHolders(context.world, fleet),
    ]);
    const differences = [...textsOf(found), ...second];
    if (differences.length > 0) return { status: 'drifted', differences };
    return { status: 'satisfied', output: countsOf(fleet) };
  },

  async apply(context, { fleet }) {
    // Beside the waiting, so that it takes no time of its own; to wait for another machine to go would be in vain.
    const second = secondHolders(context.world, fleet);
    const deadline = context.now() + patience;
    let pause = shortestPause;
    // A decky that was seen as it should be is not looked at again: the CPUs have enough to do.
    let pending = fleet;
    let stuckSince = Number.POSITIVE_INFINITY;
    for (;;) {
      const differences = await lookForDifferences(context.world, pending, context.now());
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
