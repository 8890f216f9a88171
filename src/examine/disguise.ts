import type { Host } from '../host/host.ts';

/** What is to be known of a host whose kernel cannot load the rules that disguise these OS families; else null. */
export async function examineDisguise(
  host: Pick<Host, 'missingForDisguise'>,
  families: readonly string[],
): Promise<string | null> {
  if (families.length === 0) return null;
  const missing = await host.missingForDisguise();
  if (missing.length === 0) return null;
  return `the disguise of ${families.join(', ')} will be weaker, by sysctls alone, since this kernel lacks ${missing.join(', ')}`;
}
