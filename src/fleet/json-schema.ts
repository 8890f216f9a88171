import { z } from 'zod';
import { eventNames } from '../logs/event-names.ts';
import { configJsonSchemaOf } from '../services/manifest.ts';
import type { Catalogue } from './catalogue.ts';
import { alertServices } from './check-alerts.ts';
import { fleetSchema } from './schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of the fleet file for editors: names and options of this catalogue, so that they complete. */
export function fleetJsonSchema(catalogue: Catalogue): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(fleetSchema, {
    io: 'input',
    override: ({ jsonSchema, path }) => enrich(jsonSchema, path.join('.'), catalogue),
  });
  return { title: 'DECNET fleet', ...schema };
}

const decky = 'properties.deckies.items';

/** `path` leads to the schema within the JSON Schema. */
function enrich(schema: JsonSchema, path: string, catalogue: Catalogue): void {
  const names: Readonly<Record<string, ReadonlyMap<string, unknown>>> = {
    [`${decky}.properties.archetype`]: catalogue.archetypes,
    [`${decky}.properties.distro`]: catalogue.distros,
    [`${decky}.properties.services.items`]: catalogue.services,
  };
  const known = names[path];
  if (known !== undefined) schema.enum = [...known.keys()];
  const alert = /^properties\.alerts\.items\.properties\.(on|service)\.anyOf\.(0|1\.items)$/.exec(path);
  if (alert !== null) schema.enum = alert[1] === 'on' ? [...eventNames] : alertServices(catalogue);
  if (path === `${decky}.properties.services`) schema.uniqueItems = true;
  if (path === `${decky}.properties.config`) describeConfig(schema, catalogue);
  if (path === decky) {
    const single = ['name', 'ip', 'mac', 'hostname'].map((key) => ({ required: [key] }));
    schema.dependentSchemas = { count: { not: { anyOf: single } } };
  }
}

function describeConfig(schema: JsonSchema, catalogue: Catalogue): void {
  delete schema.propertyNames;
  schema.additionalProperties = false;
  schema.properties = Object.fromEntries(
    [...catalogue.services].map(([name, { title, config }]) => [
      name,
      { title, ...configJsonSchemaOf(config) },
    ]),
  );
}
