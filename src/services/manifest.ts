import { z } from 'zod';
import { portSchema } from '../fleet/resolved.ts';

/**
 * The keywords of JSON Schema that an option, or a part of one, may use: what `z.fromJSONSchema` enforces. Any
 * other is a typing error.
 */
const partSchema = z.strictObject({
  type: z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object']).optional(),
  title: z.string().optional(),
  description: z.string().min(1).optional(),
  default: z.unknown().optional(),
  examples: z.array(z.unknown()).optional(),
  /** A secret: never printed. */
  writeOnly: z.literal(true).optional(),
  enum: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional(),
  pattern: z.string().refine(isPattern, 'not a regular expression').optional(),
  minLength: z.int().min(0).optional(),
  maxLength: z.int().min(0).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.int().min(0).optional(),
  maxItems: z.int().min(0).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.literal(false).optional(),
  get items() {
    return partSchema.optional();
  },
  get properties() {
    return z.record(z.string(), partSchema).optional();
  },
});

const optionSchema = partSchema.extend({
  description: z.string().min(1),
  default: z.unknown().refine((value) => value !== undefined, 'key "default" is missing'),
});

/** nmap's name for the protocol, and how its name for the product begins. */
const claimSchema = z.strictObject({ service: z.string().min(1), product: z.string().min(1).optional() });

/** `templates/<name>/service.yaml`, as written. */
export const manifestSchema = z.strictObject({
  title: z.string().min(1),
  ports: z.array(portSchema).min(1),
  /** What `nmap -sV` must take the service for. `on`: on a distro, or an OS family, whose product is another. */
  nmap: claimSchema.extend({ on: z.record(z.string(), claimSchema).default({}) }),
  config: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'an option is named like this: max_clients'), optionSchema)
    .default({}),
});

/** A service as the rest of the engine sees it. */
export interface ServiceManifest extends Readonly<z.output<typeof manifestSchema>> {
  /** Name of its folder under `templates/`. */
  readonly name: string;
  /** Absolute path of that folder. */
  readonly folder: string;
  /** Strict; fills in the defaults. */
  readonly configSchema: z.ZodType;
}

/** What `nmap -sV` must take a service for on such a decky. */
export function claimOn(
  { nmap }: ServiceManifest,
  { distro, osFamily }: { readonly distro: string; readonly osFamily: string },
): Readonly<z.output<typeof claimSchema>> {
  const { on, ...claim } = nmap;
  return on[distro] ?? on[osFamily] ?? claim;
}

/** One zod schema for all options of a service, unknown ones refused. */
export function configSchemaOf(config: z.output<typeof manifestSchema>['config']): z.ZodType {
  return z.fromJSONSchema(configJsonSchemaOf(config));
}

/** The same as JSON Schema: what editors complete. */
export function configJsonSchemaOf(
  config: z.output<typeof manifestSchema>['config'],
): z.core.JSONSchema.ObjectSchema {
  // A copy as plain JSON: the manifest is JSON Schema by its own schema, which the types cannot tell.
  return { type: 'object', properties: JSON.parse(JSON.stringify(config)), additionalProperties: false };
}

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}
