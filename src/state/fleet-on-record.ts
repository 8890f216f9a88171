import { DecnetError, exitCodes } from '../errors.ts';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import type { State } from './schema.ts';

/** The fleet that is on the wire or on its way there; null when nothing is, as after a rollback. */
export function fleetOnRecord(state: State | null): ResolvedFleet | null {
  if (state === null) return null;
  if (state.deployment !== null) return state.deployment.fleet;
  return state.run === null || state.run.status === 'rolled-back' ? null : state.run.fleet;
}

/** What a command that needs a deployment says where there is none. */
export function nothingDeployed(statePath: string): DecnetError {
  return new DecnetError(`Nothing is deployed, going by ${statePath}`, {
    code: 'NOTHING_DEPLOYED',
    hint: 'Deploy a fleet with: decnet deploy fleet.yaml. Or name the state file with --state.',
    exitCode: exitCodes.decision,
  });
}
