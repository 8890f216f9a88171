import type { ResolvedFleet } from '../fleet/resolved.ts';
import type { State } from './schema.ts';

/** The fleet that is on the wire or on its way there; null when nothing is, as after a rollback. */
export function fleetOnRecord(state: State | null): ResolvedFleet | null {
  if (state === null) return null;
  if (state.deployment !== null) return state.deployment.fleet;
  return state.run === null || state.run.status === 'rolled-back' ? null : state.run.fleet;
}
