import { unknownName } from '../yaml/nearest.ts';
import type { Path, Problem } from '../yaml/problem.ts';
import { checkSchema } from '../yaml/schema-problems.ts';
import type { Archetype, Catalogue } from './catalogue.ts';
import { optionsOfArchetype, servicesOfArchetype } from './machine.ts';

/** Whether all that archetypes and distros name is there, and whether each archetype's parts fit each other. */
export function checkCatalogue(catalogue: Catalogue): {
  readonly archetypes: readonly Problem[];
  readonly distros: readonly Problem[];
} {
  const distros = [...catalogue.distros].flatMap(([name, { os_family, vendors = [] }]) => [
    ...missing('OS family', [os_family], { known: catalogue.osFamilies, path: () => [name, 'os_family'] }),
    ...missing('vendor', vendors, { known: catalogue.vendors, path: (index) => [name, 'vendors', index] }),
  ]);
  const archetypes = [...catalogue.archetypes].flatMap(([name, archetype]) => {
    const list = (key: string) => (index: number) => [name, key, index];
    return [
      ...serviceProblems(archetype, catalogue, [name, 'services']),
      ...missing('distro', archetype.distros, { known: catalogue.distros, path: list('distros') }),
      ...missing('vendor', archetype.vendors ?? [], { known: catalogue.vendors, path: list('vendors') }),
      ...(['vendors', 'hostnames'] as const).flatMap((key) => lackOf(key, archetype, catalogue, [name])),
    ];
  });
  return { archetypes, distros };
}

function serviceProblems(archetype: Archetype, catalogue: Catalogue, path: Path): Problem[] {
  const isList = Array.isArray(archetype.services);
  return servicesOfArchetype(archetype).flatMap((service, index): readonly Problem[] => {
    const manifest = catalogue.services.get(service);
    const at = [...path, isList ? index : service];
    if (manifest === undefined) {
      const message = unknownName('service', service, catalogue.services.keys());
      return [{ path: at, at: isList ? 'value' : 'key', message }];
    }
    const checked = checkSchema(manifest.configSchema, optionsOfArchetype(archetype, service), at);
    return checked.ok ? [] : checked.problems;
  });
}

/** A distro that brings no hardware, or no host names, of its own needs the archetype's. */
function lackOf(
  key: 'vendors' | 'hostnames',
  archetype: Archetype,
  catalogue: Catalogue,
  path: Path,
): Problem[] {
  if (archetype[key] !== undefined) return [];
  const needing = archetype.distros.find((name) => {
    const distro = catalogue.distros.get(name);
    return distro !== undefined && distro[key] === undefined;
  });
  if (needing === undefined) return [];
  return [{ path, at: 'key', message: `key "${key}" is missing: distro ${needing} has none of its own` }];
}

function missing(
  kind: string,
  names: readonly string[],
  at: { readonly known: ReadonlyMap<string, unknown>; readonly path: (index: number) => Path },
): Problem[] {
  return names.flatMap((name, index) =>
    at.known.has(name) ? [] : [{ path: at.path(index), message: unknownName(kind, name, at.known.keys()) }],
  );
}
