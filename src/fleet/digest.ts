import { createHash } from 'node:crypto';
import type { ResolvedFleet } from './resolved.ts';

/** SHA-256 of a resolved fleet, 64 hex digits: two that differ anywhere have different ones, the order of keys aside. */
export function fleetDigest(fleet: ResolvedFleet): string {
  return createHash('sha256').update(canonicalJson(fleet)).digest('hex');
}

/** JSON without spaces, keys sorted by code unit; a key with the value undefined is left out. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
