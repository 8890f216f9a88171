import { type DeckyStatus, isHealthy, observeFleet } from '../observe/fleet-status.ts';
import { type Conflict, lookForSecondHolders } from '../observe/second-holders.ts';
import { interrupted } from '../runner/left-behind.ts';
import { fleetOnRecord, nothingDeployed } from '../state/fleet-on-record.ts';
import { lockHolder } from '../state/lock.ts';
import { readState } from '../state/read.ts';
import type { RunStatus } from '../state/schema.ts';
import { type OperationOptions, surroundingsOf } from './options.ts';

export interface StatusReport {
  readonly deployment: string;
  /** Absolute. */
  readonly statePath: string;
  readonly run: { readonly id: string; readonly pipeline: string; readonly status: RunStatus } | null;
  /** Every decky up, every service healthy, and no other machine heard that has a decky's address. */
  readonly healthy: boolean;
  /** Whether the host link that reaches the deckies is there. */
  readonly bridge: boolean;
  readonly deckies: readonly DeckyReport[];
}

export interface DeckyReport extends DeckyStatus {
  readonly conflict: Conflict;
}

/** How long the LAN may take to answer, milliseconds: about what Docker takes to tell of a fleet. */
const answerTime = 300;

/** Joins what should be on the wire with what is. Takes no lock. Rejects with exit code 4 when nothing is recorded. */
export async function status(options: Pick<OperationOptions, 'statePath'> = {}): Promise<StatusReport> {
  const { engine, paths } = await surroundingsOf(options);
  const { docker, host } = engine.world;
  const state = await readState(paths, await host.identity());
  const fleet = fleetOnRecord(state);
  if (state === null || fleet === null) throw nothingDeployed(paths.state);
  const [observed, conflictOf, links, holder] = await Promise.all([
    observeFleet({ docker, host, now: engine.now() }, fleet),
    lookForSecondHolders(host, fleet, answerTime),
    host.links(),
    lockHolder(paths.lock, { ...engine.self, command: 'status' }),
  ]);
  const recorded = state.run === null || holder !== null ? state.run : interrupted(state.run);
  const deckies = observed.map((decky) => ({ ...decky, conflict: conflictOf(decky) }));
  const bridge = links.some((link) => link.name === state.deployment?.link && link.up);
  return {
    deployment: fleet.name,
    statePath: paths.state,
    run: recorded && { id: recorded.id, pipeline: recorded.pipeline, status: recorded.status },
    healthy: bridge && deckies.every((decky) => isHealthy(decky) && typeof decky.conflict === 'string'),
    bridge,
    deckies,
  };
}
