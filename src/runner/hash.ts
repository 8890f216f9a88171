import { createHash } from 'node:crypto';

/** SHA-256 of declared input plus version, keys sorted: never of source text. 64 hex digits. */
export function inputHash(version: number, input: unknown): string {
  return createHash('sha256')
    .update(`${version}:${canonicalJson(input)}`)
    .digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (isRecord(item) ? sorted(item) : item)) ?? 'null';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
