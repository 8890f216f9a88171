import type { ServiceManifest } from './manifest.ts';

/** What stands in the place of a secret. */
export const masked = '********';

type Services = ReadonlyMap<string, ServiceManifest>;
type Part = ServiceManifest['config'][string];

/**
 * A copy of any data without the secrets of a fleet: the options of services that their manifests mark `writeOnly`
 * (JSON Schema, validation vocabulary, section 9.4), and the webhooks of alerts. Both are found by their shape, an
 * object with the `name` of a service and its `config`, or with `on` and a `webhook`, so that a fleet is masked
 * wherever it is a part of something. For all that is printed: the state file and the containers need the secrets
 * themselves.
 */
export function withoutSecrets(data: object, services: Services): object {
  if (Array.isArray(data)) return data.map((item: unknown) => withoutSecretsIn(item, services));
  const manifest = 'name' in data && typeof data.name === 'string' ? services.get(data.name) : undefined;
  return mapValues({ ...data }, (value, key) => {
    if (key === 'config' && manifest !== undefined && isObject(value))
      return maskOptions(value, manifest.config);
    if (key === 'webhook' && 'on' in data) return typeof value === 'string' ? maskUrl(value) : masked;
    return withoutSecretsIn(value, services);
  });
}

/**
 * A URL as it may be printed: where it leads to, and neither credentials nor path nor query, any of which may be all
 * that it takes to post there.
 */
export function maskUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed === null || parsed.host === '' ? masked : `${parsed.protocol}//${parsed.host}/${masked}`;
}

function withoutSecretsIn(value: unknown, services: Services): unknown {
  return typeof value === 'object' && value !== null ? withoutSecrets(value, services) : value;
}

function maskOptions(options: Data, parts: Readonly<Record<string, Part>>): Data {
  return mapValues(options, (value, key) => maskPart(value, parts[key]));
}

// What no manifest describes is of another decnet, or damaged: better hidden than shown.
function maskPart(value: unknown, part: Omit<Part, 'description' | 'default'> | undefined): unknown {
  // Where nothing is set, nothing is to be hidden.
  if (value === '') return value;
  if (part === undefined || part.writeOnly === true) return masked;
  if (Array.isArray(value)) return value.map((item) => maskPart(item, part.items));
  if (!isObject(value)) return value;
  return mapValues(value, (inner, key) => maskPart(inner, part.properties?.[key]));
}

type Data = Readonly<Record<string, unknown>>;

function mapValues(object: Data, change: (value: unknown, key: string) => unknown): Data {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
