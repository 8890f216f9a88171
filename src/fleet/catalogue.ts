import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { loadServices } from '../services/load-services.ts';
import type { ServiceManifest } from '../services/manifest.ts';
import { type Positions, type Problem, problemsError } from '../yaml/problem.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { checkSchema } from '../yaml/schema-problems.ts';
import { checkCatalogue } from './check-catalogue.ts';
import { disguiseTextSchema } from './disguise.ts';

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name is made of a-z, 0-9 and -');
const names = z.array(name).min(1);

const archetypeSchema = z.strictObject({
  title: z.string().min(1),
  services: names,
  os_family: name,
  distros: names,
  /** `{nn}`: a number of two digits or more. `{hex}`: six hex digits. */
  hostnames: z
    .array(z.string().regex(/^[a-z0-9-]*\{(nn|hex)\}$/, 'a host name ends in {nn} or {hex}, e.g. web{nn}'))
    .min(1),
  vendors: names,
});

const oui = z
  .string()
  .regex(/^[0-9a-f][02468ace](:[0-9a-f]{2}){2}$/, 'not the first three bytes of a unicast MAC');

const archetypesFileSchema = z.strictObject({
  vendors: z.record(name, z.array(oui).min(1)),
  archetypes: z.record(name, archetypeSchema),
});

const distrosFileSchema = z.record(name, z.strictObject({ title: z.string().min(1), os_family: name }));

const sysctl = z.string().regex(/^net\.[a-z0-9_.]+$/, 'only net.* sysctls belong to a network namespace');

const osFamiliesFileSchema = z.record(
  name,
  z.strictObject({
    title: z.string().min(1),
    sysctls: z.record(sysctl, z.string()),
    disguise: disguiseTextSchema.default({}),
  }),
);

export type Archetype = Readonly<z.output<typeof archetypeSchema>>;
type Distro = Readonly<z.output<typeof distrosFileSchema>[string]>;
type OsFamily = Readonly<z.output<typeof osFamiliesFileSchema>[string]>;

/** What a fleet can be made of: everything under `templates/` that the engine reads, by name. */
export interface Catalogue {
  readonly services: ReadonlyMap<string, ServiceManifest>;
  readonly archetypes: ReadonlyMap<string, Archetype>;
  readonly distros: ReadonlyMap<string, Distro>;
  readonly osFamilies: ReadonlyMap<string, OsFamily>;
  /** First three bytes of the MACs of each vendor. */
  readonly vendors: ReadonlyMap<string, readonly string[]>;
}

/** Rejects with `CATALOGUE_INVALID` or `MANIFEST_INVALID`, naming file and line. */
export async function loadCatalogue(templates: string): Promise<Catalogue> {
  const services = await loadServices(templates);
  const osFamilies = await readData(join(templates, 'os-families.yaml'), osFamiliesFileSchema);
  const distros = await readData(join(templates, 'distros.yaml'), distrosFileSchema);
  const archetypes = await readData(join(templates, 'archetypes.yaml'), archetypesFileSchema);
  const catalogue: Catalogue = {
    services,
    archetypes: new Map(Object.entries(archetypes.data.archetypes)),
    distros: new Map(Object.entries(distros.data)),
    osFamilies: new Map(Object.entries(osFamilies.data)),
    vendors: new Map(Object.entries(archetypes.data.vendors)),
  };
  const problems = checkCatalogue(catalogue);
  if (problems.distros.length > 0) throw invalid(problems.distros, distros.positions);
  if (problems.archetypes.length > 0) throw invalid(problems.archetypes, archetypes.positions);
  return catalogue;
}

async function readData<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<{ readonly data: z.output<Schema>; readonly positions: Positions }> {
  const yaml = readYaml(await readFile(file, 'utf8'), file);
  if (yaml.problems.length > 0) throw invalid(yaml.problems, yaml.positions);
  const checked = checkSchema(schema, yaml.value);
  if (!checked.ok) throw invalid(checked.problems, yaml.positions);
  return { data: checked.data, positions: yaml.positions };
}

function invalid(problems: readonly Problem[], positions: Positions) {
  return problemsError(problems, {
    positions,
    code: 'CATALOGUE_INVALID',
    hint: `Mend ${positions.file}, or install decnet-engine again.`,
  });
}
