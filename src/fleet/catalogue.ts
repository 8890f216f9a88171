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

/** What a host name may end in, so that it can be another for each decky. See templates/archetypes.yaml. */
const hostnames = z
  .array(
    z
      .string()
      .regex(
        /^[a-zA-Z0-9-]*\{(nn|hex|mac|MAC|nic|NIC|X+)\}$/,
        'a host name ends in a placeholder such as {nn}, e.g. web{nn}',
      ),
  )
  .min(1);

const archetypeSchema = z.strictObject({
  title: z.string().min(1),
  services: z.union([names, z.record(name, z.record(z.string(), z.unknown()))], {
    error: 'expected a list of services, or services with their options',
  }),
  distros: names,
  /** Of the deckies whose distro brings none of its own, and so with `vendors`. */
  hostnames: hostnames.optional(),
  vendors: names.optional(),
});

const archetypesFileSchema = z.record(name, archetypeSchema);

const distroSchema = z.strictObject({
  title: z.string().min(1),
  os_family: name,
  /** Of a device, or a system that comes with its hardware: instead of the archetype's. */
  vendors: names.optional(),
  hostnames: hostnames.optional(),
});

const distrosFileSchema = z.record(name, distroSchema);

const oui = z
  .string()
  .regex(/^[0-9a-f][02468ace](:[0-9a-f]{2}){2}$/, 'not the first three bytes of a unicast MAC');

/** Vendor → organisation, as the registry of the IEEE spells it → its OUIs. */
const vendorsFileSchema = z.record(name, z.record(z.string().min(1), z.array(oui).min(1)));

const sysctl = z.string().regex(/^net\.[a-z0-9_.]+$/, 'only net.* sysctls belong to a network namespace');

const osFamiliesFileSchema = z.record(
  name,
  z.strictObject({
    title: z.string().min(1),
    /** What nmap calls it: the OS families of nmap-os-db. */
    nmap: z.array(z.string().min(1)).min(1),
    sysctls: z.record(sysctl, z.string()),
    disguise: disguiseTextSchema.default({}),
  }),
);

export type Archetype = Readonly<z.output<typeof archetypeSchema>>;
export type Distro = Readonly<z.output<typeof distroSchema>>;
type Vendor = Readonly<z.output<typeof vendorsFileSchema>[string]>;
type OsFamily = Readonly<z.output<typeof osFamiliesFileSchema>[string]>;

/** What a fleet can be made of: everything under `templates/` that the engine reads, by name. */
export interface Catalogue {
  readonly services: ReadonlyMap<string, ServiceManifest>;
  readonly archetypes: ReadonlyMap<string, Archetype>;
  readonly distros: ReadonlyMap<string, Distro>;
  readonly osFamilies: ReadonlyMap<string, OsFamily>;
  /** Of each vendor: its organisations, and the first three bytes that their MACs have. */
  readonly vendors: ReadonlyMap<string, Vendor>;
}

/** Rejects with `CATALOGUE_INVALID` or `MANIFEST_INVALID`, naming file and line. */
export async function loadCatalogue(templates: string): Promise<Catalogue> {
  const services = await loadServices(templates);
  const osFamilies = await readData(join(templates, 'os-families.yaml'), osFamiliesFileSchema);
  const distros = await readData(join(templates, 'distros.yaml'), distrosFileSchema);
  const archetypes = await readData(join(templates, 'archetypes.yaml'), archetypesFileSchema);
  const vendors = await readData(join(templates, 'vendors.yaml'), vendorsFileSchema);
  const catalogue: Catalogue = {
    services,
    archetypes: new Map(Object.entries(archetypes.data)),
    distros: new Map(Object.entries(distros.data)),
    osFamilies: new Map(Object.entries(osFamilies.data)),
    vendors: new Map(Object.entries(vendors.data)),
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
