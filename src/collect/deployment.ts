import { stat } from 'node:fs/promises';
import type { AlertRule } from '../alerts/rules.ts';
import { hasCode } from '../errors.ts';
import { fleetOnRecord } from '../state/fleet-on-record.ts';
import type { Paths } from '../state/paths.ts';
import { readState } from '../state/read.ts';
import type { State } from '../state/schema.ts';
import type { CollectedEvent } from './sink.ts';

/** What is on record: whose containers to follow, and what their deckies are on the LAN. */
export interface Deployment {
  readonly name: string;
  readonly hosts: ReadonlyMap<string, CollectedEvent['host']>;
  readonly alerts: readonly AlertRule[];
}

/**
 * Reads the deployment of a state file, again whenever the file is another one than before. Null while there is none.
 * Rejects as `readState` does, until the file is mended.
 */
export function createDeploymentReader(paths: Paths): () => Promise<Deployment | null> {
  let version: string | null = null;
  let known: Deployment | null = null;
  return async () => {
    const now = await versionOf(paths.state);
    if (now === version) return known;
    known = toDeployment(await readState(paths));
    version = now;
    return known;
  };
}

/** Every write makes a new file of it. */
async function versionOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'none';
    throw error;
  }
}

function toDeployment(state: State | null): Deployment | null {
  const fleet = fleetOnRecord(state);
  if (fleet === null) return null;

  return {
    name: fleet.name,
    hosts: new Map(fleet.deckies.map(({ name, ip, hostname }) => [name, { ip, hostname }])),
    alerts: fleet.alerts,
  };
}
