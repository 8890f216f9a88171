import { dirname } from 'node:path';
import { z } from 'zod';
import { composeFile, composeHeader } from '../src/compose/file.ts';
import { projectName } from '../src/fleet/names.ts';
import { resolvedFleetSchema, withoutAlerts } from '../src/fleet/resolved.ts';
import { defineStep } from '../src/runner/step.ts';
import { tagsOf } from '../src/services/templates.ts';
import { temporaryOf } from '../src/state/atomic-write.ts';

const inputSchema = z.object({
  path: z.string(),
  project: z.string(),
  /** What the file is made of, and not the file: so that what is recorded can be shown without its secrets. */
  fleet: resolvedFleetSchema,
  images: z.object({ runtime: z.string(), services: z.record(z.string(), z.string()) }),
});

/** Writes `decnet-compose.yml`, after `docker compose config` has accepted it. */
export const composeGen = defineStep({
  id: 'compose-gen',
  version: 2,
  title: 'Compose file',
  effect: 'reversible',
  input: inputSchema,
  output: z.object({ path: z.string() }),

  inputs: ({ fleet, images, paths }) => ({
    path: paths.composeFile,
    project: projectName(fleet.name),
    fleet: withoutAlerts(fleet),
    images: tagsOf(images),
  }),

  async check(context, input) {
    const content = await context.world.files.read(input.path);
    if (content === null) return { status: 'absent' };
    if (!content.startsWith(composeHeader)) return { status: 'foreign', found: `file ${input.path}` };
    if (content !== composeFile(input.fleet, input.images))
      return { status: 'drifted', differences: ['it is of another fleet'] };
    for (const rest of leftBy(input.path)) {
      if ((await context.world.files.read(rest)) !== null)
        return { status: 'drifted', differences: [`${rest} is left`] };
    }
    return { status: 'satisfied', output: { path: input.path } };
  },

  async apply(context, input) {
    const { files, compose } = context.world;
    // Checked beside its place, so that a refused file never replaces the one that runs.
    const draft = draftOf(input.path);
    const content = composeFile(input.fleet, input.images);
    try {
      await files.write(draft, content, 0o600);
      await compose.validate({ name: input.project, file: draft, directory: dirname(input.path) });
    } catch (error) {
      await files.remove(draft);
      throw error;
    }
    for (const rest of leftBy(input.path)) await files.remove(rest);
    // Last, so that where it is, no draft is left.
    await files.write(input.path, content, 0o600);
    return { path: input.path };
  },

  async undo(context) {
    const { files } = context.world;
    const { composeFile: path } = context.paths;
    const content = await files.read(path);
    if (content?.startsWith(composeHeader)) await files.remove(path);
    for (const rest of leftBy(path)) await files.remove(rest);
  },
});

/** What a kill in the middle of `apply` leaves. */
function leftBy(path: string): readonly string[] {
  const draft = draftOf(path);
  return [draft, temporaryOf(draft), temporaryOf(path)];
}

function draftOf(path: string): string {
  return `${path}.draft`;
}
