import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComposeImages } from '../compose/file.ts';
import { DecnetError, exitCodes, hasCode } from '../errors.ts';
import { serviceImage } from '../fleet/names.ts';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import type { Images } from '../state/schema.ts';

/** File name within a build context → absolute path of its source. */
export type ContextFiles = ReadonlyMap<string, string>;

/** Where build contexts come from: the folder `templates/`. */
export interface Templates {
  /**
   * Files of the build context of a service, or of `runtime`: its template, and of `shared` what it has not its own:
   * the Python modules and the Dockerfile. Rejects with `NO_SUCH_TEMPLATE` (exit 4).
   */
  context(name: string): Promise<ContextFiles>;
}

/** What is part of every build context. */
const sharedTemplates = 'shared';

/** The name of the runtime image's template. */
export const runtimeTemplate = 'runtime';

export function createTemplates(folder: string): Templates {
  return {
    context: async (name) => {
      const [shared, own] = await Promise.all([
        filesBelow(join(folder, sharedTemplates)),
        filesBelow(join(folder, name)).catch((error: unknown) => {
          throw hasCode(error, 'ENOENT') ? noTemplate(folder, name) : error;
        }),
      ]);
      return new Map([...shared, ...own]);
    },
  };
}

// A fleet file names only what is there: it was deployed by a decnet that had this service.
function noTemplate(folder: string, name: string): DecnetError {
  return new DecnetError(
    `The recorded fleet has the service ${name}, and there is no folder ${join(folder, name)}`,
    {
      code: 'NO_SUCH_TEMPLATE',
      hint: 'Put the service back, or take the deployment down with: decnet teardown',
      exitCode: exitCodes.decision,
    },
  );
}

async function filesBelow(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes('__pycache__')) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), path);
  }
  return files;
}

/** SHA-256 over names and contents, whatever the order; 64 hex digits. */
export async function digestFiles(files: ContextFiles): Promise<string> {
  const hash = createHash('sha256');
  for (const [name, path] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const content = await readFile(path);
    hash.update(`${name.length}:${name}${content.length}:`).update(content);
  }
  return hash.digest('hex');
}

/** The images that a fleet needs, tagged by what goes into them: a service's also by the runtime's content. */
export async function imagesOf(templates: Templates, fleet: ResolvedFleet): Promise<Images> {
  const names = new Set(fleet.deckies.flatMap((decky) => decky.services.map((service) => service.name)));
  const runtime = await digestFiles(await templates.context(runtimeTemplate));
  const services: Record<string, { tag: string; context: string }> = {};
  for (const name of [...names].sort()) {
    const context = await digestFiles(await templates.context(name));
    const digest = createHash('sha256').update(runtime).update(context).digest('hex');
    services[name] = { tag: serviceImage(name, digest), context };
  }
  return { runtime: { tag: serviceImage(runtimeTemplate, runtime), context: runtime }, services };
}

/** The tags alone, as the compose file names them. */
export function tagsOf(images: Images): ComposeImages {
  const services = Object.entries(images.services).map(([name, { tag }]) => [name, tag] as const);
  return { runtime: images.runtime.tag, services: Object.fromEntries(services) };
}
