import { dirname } from 'node:path';
import { z } from 'zod';
import { composeFile, composeHeader } from '../src/compose/file.ts';
import { projectName } from '../src/fleet/names.ts';
import { defineStep } from '../src/runner/step.ts';
import { tagsOf } from '../src/services/templates.ts';
import { temporaryOf } from '../src/state/atomic-write.ts';

const inputSchema = z.object({
  path: z.string(),
  project: z.string(),
  /** The compose file, byte for byte. */
  content: z.string(),
});

/** Writes `decnet-compose.yml`, after `docker compose config` has accepted it. */
export const composeGen = defineStep({
  id: 'compose-gen',
  version: 1,
  title: 'Compose file',
  effect: 'reversible',
  input: inputSchema,
  output: z.object({ path: z.string() }),

  inputs: ({ fleet, images, paths }) => ({
    path: paths.composeFile,
    project: projectName(fleet.name),
    content: composeFile(fleet, tagsOf(images)),
  }),

  async check(context, input) {
    const content = await context.world.files.read(input.path);
    if (content === null) return { status: 'absent' };
    if (!content.startsWith(composeHeader)) return { status: 'foreign', found: `file ${input.path}` };
    if (content !== input.content) return { status: 'drifted', differences: ['it is of another fleet'] };
    return { status: 'satisfied', output: { path: input.path } };
  },

  async apply(context, input) {
    const { files, compose } = context.world;
    // Checked beside its place, so that a refused file never replaces the one that runs.
    const draft = draftOf(input.path);
    try {
      await files.write(draft, input.content, 0o600);
      await compose.validate({ name: input.project, file: draft, directory: dirname(input.path) });
    } finally {
      await files.remove(draft);
    }
    // Last, so that where it is, no draft is left.
    await files.write(input.path, input.content, 0o600);
    return { path: input.path };
  },

  async undo(context) {
    const { files } = context.world;
    const { composeFile: path } = context.paths;
    const content = await files.read(path);
    if (content?.startsWith(composeHeader)) await files.remove(path);
    // What a kill in the middle of `apply` left.
    const draft = draftOf(path);
    for (const rest of [draft, temporaryOf(draft), temporaryOf(path)]) await files.remove(rest);
  },
});

function draftOf(path: string): string {
  return `${path}.draft`;
}
