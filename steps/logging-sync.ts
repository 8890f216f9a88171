import { join } from 'node:path';
import { z } from 'zod';
import { defineStep, type StepContext } from '../src/runner/step.ts';
import { runtimeTemplate } from '../src/services/templates.ts';

const inputSchema = z.object({
  /** Absolute: a folder with one build context a service. */
  folder: z.string(),
  /** Service (or `runtime`) → digest of its template with the shared helpers. */
  contexts: z.record(z.string(), z.string()),
});

type Input = z.infer<typeof inputSchema>;

/** Stages every build context: the service's template, and the logging that all share. */
export const loggingSync = defineStep({
  id: 'logging-sync',
  version: 1,
  title: 'Build contexts with the shared logging',
  effect: 'reversible',
  input: inputSchema,
  output: z.object({ folder: z.string(), staged: z.array(z.string()) }),

  inputs: ({ images, paths }) => ({
    folder: paths.contexts,
    contexts: {
      [runtimeTemplate]: images.runtime.context,
      ...Object.fromEntries(Object.entries(images.services).map(([name, { context }]) => [name, context])),
    },
  }),

  async check(context, input) {
    const stale = await staleContexts(context, input);
    if (stale.length === 0) return { status: 'satisfied', output: outputOf(input) };
    if (stale.length === Object.keys(input.contexts).length) return { status: 'absent' };
    return {
      status: 'drifted',
      differences: stale.map((name) => `context of ${name} is not as its template`),
    };
  },

  async apply(context, input) {
    for (const name of await staleContexts(context, input)) {
      const sources = await context.world.templates.context(name);
      await context.world.files.stage(join(input.folder, name), sources);
      context.say(`staged ${name}`);
    }
    return outputOf(input);
  },

  async undo(context) {
    await context.world.files.remove(context.paths.contexts);
  },
});

async function staleContexts(context: StepContext, input: Input): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const [name, digest] of Object.entries(input.contexts)) {
    if ((await context.world.files.digest(join(input.folder, name))) !== digest) stale.push(name);
  }
  return stale;
}

function outputOf(input: Input) {
  return { folder: input.folder, staged: Object.keys(input.contexts) };
}
