import type { Healed } from '../operations/heal.ts';
import { safeText } from '../text/safe.ts';

/** What was repaired, a line each. Ends with a newline. */
export function healedText(healed: readonly Healed[]): string {
  if (healed.length === 0) return 'All is as it should be\n';
  const lines = healed.flatMap(({ step, differences }) =>
    (differences.length === 0 ? ['made again'] : differences).map((what) => `healed ${step}: ${what}`),
  );
  return lines.map((line) => `${safeText(line)}\n`).join('');
}
