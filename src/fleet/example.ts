import { stringify } from 'yaml';
import type { ServiceManifest } from '../services/manifest.ts';
import type { Catalogue } from './catalogue.ts';
import { servicesOfArchetype } from './machine.ts';
import type { FleetInput } from './schema.ts';

/** A fleet of two deckies of an archetype, as YAML to paste. */
export function exampleOfArchetype(name: string): string {
  return example([{ archetype: name, count: 2 }]);
}

/** A fleet of one decky with a service and all its options, as YAML to paste. */
export function exampleOfService({ name, config }: ServiceManifest, catalogue: Catalogue): string {
  const having = archetypesWith(name, catalogue)[0];
  const archetype = having ?? [...catalogue.archetypes.keys()][0] ?? 'linux-server';
  const options = Object.entries(config).map(([option, part]) => [
    option,
    part.examples?.[0] ?? part.default,
  ]);
  return example([
    {
      archetype,
      ...(having === undefined ? { services: [name] } : {}),
      ...(options.length > 0 ? { config: { [name]: Object.fromEntries(options) } } : {}),
    },
  ]);
}

/** The archetypes that have a service, in their order. */
export function archetypesWith(service: string, { archetypes }: Pick<Catalogue, 'archetypes'>): string[] {
  return [...archetypes].flatMap(([name, archetype]) =>
    servicesOfArchetype(archetype).includes(service) ? [name] : [],
  );
}

function example(deckies: FleetInput['deckies']): string {
  return stringify({ deckies });
}
