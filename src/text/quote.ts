import { safeText } from './safe.ts';

/**
 * A value as it stands after `key=`: bare when it is plain, in double quotes (with `\"` and `\\`) when it is
 * empty or has a space, a quote or `=`, so that a value can never pass for a second `key=value`.
 */
export function quoteValue(value: string): string {
  if (value !== '' && !/[\s"=]/u.test(value)) return safeText(value);
  return `"${safeText(value.replace(/["\\]/g, '\\$&'))}"`;
}
