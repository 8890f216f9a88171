import { unknownName } from '../yaml/nearest.ts';
import type { Path, Problem } from '../yaml/problem.ts';
import type { Catalogue } from './catalogue.ts';

/** Whether all that archetypes and distros name is there, and whether each archetype's parts fit each other. */
export function checkCatalogue(catalogue: Catalogue): {
  readonly archetypes: readonly Problem[];
  readonly distros: readonly Problem[];
} {
  const distros = [...catalogue.distros].flatMap(([name, distro]) =>
    missing('OS family', [distro.os_family], {
      known: catalogue.osFamilies,
      path: () => [name, 'os_family'],
    }),
  );
  const archetypes = [...catalogue.archetypes].flatMap(([name, archetype]) => {
    const list = (key: string) => (index: number) => ['archetypes', name, key, index];
    return [
      ...missing('service', archetype.services, { known: catalogue.services, path: list('services') }),
      ...missing('distro', archetype.distros, { known: catalogue.distros, path: list('distros') }),
      ...missing('vendor', archetype.vendors, { known: catalogue.vendors, path: list('vendors') }),
      ...missing('OS family', [archetype.os_family], {
        known: catalogue.osFamilies,
        path: () => ['archetypes', name, 'os_family'],
      }),
      ...archetype.distros.flatMap((distro, index) => {
        const family = catalogue.distros.get(distro)?.os_family;
        if (family === undefined || family === archetype.os_family) return [];
        return [
          {
            path: list('distros')(index),
            message: `distro ${distro} is ${family}, not ${archetype.os_family}`,
          },
        ];
      }),
    ];
  });
  return { archetypes, distros };
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
