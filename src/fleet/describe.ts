import { DecnetError, exitCodes } from '../errors.ts';
import { unknownName } from '../yaml/nearest.ts';
import type { Catalogue } from './catalogue.ts';
import { archetypesWith, exampleOfArchetype, exampleOfService } from './example.ts';
import { optionsOfArchetype, osFamiliesOf, servicesOfArchetype } from './machine.ts';

/** All that there is to know of an archetype. Throws `NO_SUCH_ARCHETYPE`. */
export function describeArchetype(name: string, catalogue: Catalogue) {
  const archetype = named('archetype', name, catalogue.archetypes);
  return {
    name,
    title: archetype.title,
    os_families: osFamiliesOf(archetype, catalogue),
    services: servicesOfArchetype(archetype).map((service) => {
      const { title, ports } = named('service', service, catalogue.services);
      return { name: service, title, ports, config: optionsOfArchetype(archetype, service) };
    }),
    distros: archetype.distros.map((distro) => {
      const { title, os_family, vendors, hostnames } = named('distro', distro, catalogue.distros);
      return {
        name: distro,
        title,
        os_family,
        vendors: vendors ?? archetype.vendors ?? [],
        hostnames: hostnames ?? archetype.hostnames ?? [],
      };
    }),
    example: exampleOfArchetype(name),
  };
}

/** All that there is to know of a service. Throws `NO_SUCH_SERVICE`. */
export function describeService(name: string, catalogue: Catalogue) {
  const manifest = named('service', name, catalogue.services);
  const { title, ports, nmap, config } = manifest;
  return {
    name,
    title,
    ports,
    nmap,
    archetypes: archetypesWith(name, catalogue),
    config,
    example: exampleOfService(manifest, catalogue),
  };
}

export type ArchetypeDescription = ReturnType<typeof describeArchetype>;
export type ServiceDescription = ReturnType<typeof describeService>;

function named<Value>(
  kind: 'archetype' | 'service' | 'distro',
  name: string,
  known: ReadonlyMap<string, Value>,
): Value {
  const value = known.get(name);
  if (value !== undefined) return value;
  throw new DecnetError(unknownName(kind, name, known.keys()), {
    code: `NO_SUCH_${kind.toUpperCase()}`,
    hint: `List them with: decnet ${kind}s`,
    exitCode: exitCodes.usage,
  });
}
