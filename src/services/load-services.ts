import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../yaml/problem.ts';
import { problemsError } from '../yaml/problem.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { checkSchema } from '../yaml/schema-problems.ts';
import { configSchemaOf, manifestSchema, type ServiceManifest } from './manifest.ts';

/**
 * Every service under a templates folder, by name, in alphabetical order. A service is a folder with a
 * `service.yaml`; other folders are passed over. Rejects with `MANIFEST_INVALID`, naming file and line.
 */
export async function loadServices(templates: string): Promise<ReadonlyMap<string, ServiceManifest>> {
  const entries = await readdir(templates, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const services = new Map<string, ServiceManifest>();
  for (const name of names.sort()) {
    const folder = join(templates, name);
    const text = await readManifest(folder);
    if (text !== null) services.set(name, parseManifest(text, { name, folder }));
  }
  return services;
}

async function readManifest(folder: string): Promise<string | null> {
  try {
    return await readFile(join(folder, 'service.yaml'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** One manifest. Throws `MANIFEST_INVALID` with all its problems. */
export function parseManifest(
  text: string,
  at: { readonly name: string; readonly folder: string },
): ServiceManifest {
  const yaml = readYaml(text, join(at.folder, 'service.yaml'));
  const refuse = (problems: readonly Problem[]) =>
    problemsError(problems, {
      positions: yaml.positions,
      code: 'MANIFEST_INVALID',
      hint: `Mend the manifest of the service ${at.name}, then run again.`,
    });
  if (yaml.problems.length > 0) throw refuse(yaml.problems);
  if (!/^[a-z][a-z0-9-]*$/.test(at.name)) {
    throw refuse([{ path: [], message: `the folder ${at.name} cannot be a service: a-z, 0-9 and - only` }]);
  }
  const checked = checkSchema(manifestSchema, yaml.value);
  if (!checked.ok) throw refuse(checked.problems);
  const configSchema = configSchemaOf(checked.data.config);
  const problems = [
    ...portProblems(checked.data.ports),
    ...defaultProblems(checked.data.config, configSchema),
  ];
  if (problems.length > 0) throw refuse(problems);
  return { ...checked.data, ...at, configSchema };
}

function portProblems(ports: readonly { readonly port: number; readonly protocol: string }[]): Problem[] {
  const keys = ports.map((port) => `${port.port}/${port.protocol}`);
  return keys.flatMap((key, index) =>
    keys.indexOf(key) === index ? [] : [{ path: ['ports', index], message: `port ${key} is given twice` }],
  );
}

/** zod takes a default as it is: a default that its own schema refuses would reach the service unseen. */
function defaultProblems(
  config: Readonly<Record<string, { default?: unknown }>>,
  schema: ReturnType<typeof configSchemaOf>,
): Problem[] {
  const defaults = Object.fromEntries(Object.entries(config).map(([name, option]) => [name, option.default]));
  const checked = checkSchema(schema, defaults, ['config']);
  if (checked.ok) return [];
  return checked.problems.map((problem) => {
    const [root = 'config', option = '', ...rest] = problem.path;
    return { ...problem, path: [root, option, 'default', ...rest] };
  });
}
