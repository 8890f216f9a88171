import type { DecnetError } from '../errors.ts';
import type { ErrorReport } from '../events/events.ts';

/** An error as the state file and the events keep it. */
export function errorReport(error: DecnetError): ErrorReport {
  const { code, message, hint } = error;
  return hint === undefined ? { code, message } : { code, message, hint };
}
