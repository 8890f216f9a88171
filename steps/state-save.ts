import { isDeepStrictEqual } from 'node:util';
import { bridgeLinkName, networkName } from '../src/fleet/names.ts';
import { defineStep } from '../src/runner/step.ts';
import { deploymentSchema } from '../src/state/schema.ts';

/** Makes the deployment the record of what is on the wire, before anything of it runs. */
export const stateSave = defineStep({
  id: 'state-save',
  version: 1,
  title: 'Record of what is on the wire',
  effect: 'reversible',
  input: deploymentSchema,
  output: deploymentSchema.pick({ network: true, link: true }),

  inputs: ({ fleet, images, paths }) => ({
    fleet,
    images,
    composeFile: paths.composeFile,
    network: networkName(fleet.network.interface),
    link: bridgeLinkName(fleet.name),
    routes: fleet.deckies.map((decky) => `${decky.ip}/32`),
  }),

  async check(context, input) {
    const recorded = context.deployment.read();
    if (recorded === null) return { status: 'absent' };
    if (!isDeepStrictEqual(recorded, input)) {
      return { status: 'drifted', differences: ['another fleet is recorded'] };
    }
    return { status: 'satisfied', output: input };
  },

  async apply(context, input) {
    await context.deployment.save(input);
    return input;
  },

  undo: (context) => context.deployment.clear(),
});
