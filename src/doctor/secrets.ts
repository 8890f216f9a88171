import type { ServiceManifest } from '../services/manifest.ts';
import { masked, withoutSecrets } from '../services/secrets.ts';

/** A secret that is shorter is only masked where it is a word: `a` is in everything. */
const shortest = 4;

/** Every secret in some data: the texts that `withoutSecrets` masks, wherever they stand. */
export function secretsIn(data: object, services: ReadonlyMap<string, ServiceManifest>): readonly string[] {
  const found = new Set<string>();
  collect(data, withoutSecrets(data, services), found);
  // Longer ones first, so that none is cut by another.
  return [...found].sort((one, other) => other.length - one.length);
}

/** Text without these secrets, also as they stand in JSON, and in JSON that a journal quotes. */
export function maskIn(text: string, secrets: readonly string[]): string {
  return secrets.reduce((result, secret) => {
    const forms = new Set([inJson(inJson(secret)), inJson(secret), secret]);
    return [...forms].reduce((one, form) => one.replace(pattern(form), masked), result);
  }, text);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function pattern(secret: string): RegExp {
  const literal = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return secret.length < shortest
    ? new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'gu')
    : new RegExp(literal, 'gu');
}

/** Walks both at once: where a text is shown that is not the value, the value is what is to be hidden. */
function collect(value: unknown, shown: unknown, found: Set<string>): void {
  if (typeof shown === 'string' && shown !== value) collectTexts(value, found);
  if (typeof value !== 'object' || value === null || typeof shown !== 'object' || shown === null) return;
  const others = new Map<string, unknown>(Object.entries(shown));
  for (const [key, inner] of Object.entries(value)) collect(inner, others.get(key), found);
}

function collectTexts(value: unknown, found: Set<string>): void {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) collectTexts(inner, found);
  } else if (String(value) !== '') {
    found.add(String(value));
  }
}
