import { type DeckyStatus, isHealthy, observeFleet } from '../observe/fleet-status.ts';
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
  /** Every decky up and every service healthy. */
  readonly healthy: boolean;
  /** Whether the host link that reaches the deckies is there. */
  readonly bridge: boolean;
  readonly deckies: readonly DeckyStatus[];
}

/** Joins what should be on the wire with what is. Takes no lock. Rejects with exit code 4 when nothing is recorded. */
export async function status(options: Pick<OperationOptions, 'statePath'> = {}): Promise<StatusReport> {
  const { engine, paths } = await surroundingsOf(options);
  const { docker, host } = engine.world;
  const state = await readState(paths, await host.identity());
  const fleet = fleetOnRecord(state);
  if (state === null || fleet === null) throw nothingDeployed(paths.state);
  const [deckies, links, holder] = await Promise.all([
    observeFleet({ docker, host, now: engine.now() }, fleet),
    host.links(),
    lockHolder(paths.lock, { ...engine.self, command: 'status' }),
  ]);
  const recorded = state.run === null || holder !== null ? state.run : interrupted(state.run);
  const bridge = links.some((link) => link.name === state.deployment?.link && link.up);
  return {
    deployment: fleet.name,
    statePath: paths.state,
    run: recorded && { id: recorded.id, pipeline: recorded.pipeline, status: recorded.status },
    healthy: bridge && deckies.every(isHealthy),
    bridge,
    deckies,
  };
}
