import type { ServiceManifest } from '../services/manifest.ts';
import { unknownName } from '../yaml/nearest.ts';
import type { Path, Problem } from '../yaml/problem.ts';
import { checkSchema } from '../yaml/schema-problems.ts';
import type { Catalogue } from './catalogue.ts';
import { servicesOfArchetype } from './machine.ts';
import type { FleetDecky } from './schema.ts';

/** The services that a decky gets: its own, or its archetype's. */
export function servicesOf(decky: FleetDecky, catalogue: Catalogue): readonly string[] {
  const archetype = catalogue.archetypes.get(decky.archetype);
  return decky.services ?? (archetype === undefined ? [] : servicesOfArchetype(archetype));
}

/** Services that there are not, that are given twice or want the same port, and options that do not fit. */
export function serviceProblems(decky: FleetDecky, catalogue: Catalogue, path: Path): Problem[] {
  const names = servicesOf(decky, catalogue);
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const at = decky.services === undefined ? [...path, 'archetype'] : [...path, 'services', index];
    const manifest = catalogue.services.get(name);
    if (manifest === undefined) {
      problems.push({ path: at, message: unknownName('service', name, catalogue.services.keys()) });
    } else if (names.indexOf(name) !== index) {
      problems.push({ path: at, message: `service ${name} is given twice` });
    } else {
      problems.push(...portProblems(manifest, owners, at));
    }
  }
  return [...problems, ...configProblems(decky, { names, catalogue, path })];
}

function portProblems(manifest: ServiceManifest, owners: Map<string, string>, path: Path): Problem[] {
  return manifest.ports.flatMap(({ port, protocol }) => {
    const key = `${port}/${protocol}`;
    const owner = owners.get(key);
    if (owner !== undefined)
      return [
        { path, message: `${manifest.name} and ${owner} both want port ${key}; leave one of them out` },
      ];
    owners.set(key, manifest.name);
    return [];
  });
}

function configProblems(
  decky: FleetDecky,
  at: { readonly names: readonly string[]; readonly catalogue: Catalogue; readonly path: Path },
): Problem[] {
  return Object.entries(decky.config ?? {}).flatMap(([name, config]): readonly Problem[] => {
    const path = [...at.path, 'config', name];
    const manifest = at.catalogue.services.get(name);
    if (manifest === undefined) {
      return [{ path, at: 'key', message: unknownName('service', name, at.catalogue.services.keys()) }];
    }
    if (!at.names.includes(name)) {
      const message = `options for ${name}, which this decky does not have; it has: ${at.names.join(', ')}`;
      return [{ path, at: 'key', message }];
    }
    const checked = checkSchema(manifest.configSchema, config, path);
    return checked.ok ? [] : checked.problems;
  });
}
