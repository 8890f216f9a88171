import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DecnetError, exitCodes } from '../errors.ts';
import type { HostIdentity } from '../host/host.ts';
import { syncFolder, temporaryOf, writeAtomically } from './atomic-write.ts';
import type { Paths } from './paths.ts';
import { readState } from './read.ts';
import { type State, stateFormat } from './schema.ts';

/** The state in memory and on disk, always the same. Made only by who holds the lock. */
export interface Store {
  readonly current: () => State;
  /** Durable when it resolves. The serial is counted up here. Called again meanwhile, it waits for its turn. */
  readonly update: (change: (state: State) => State) => Promise<void>;
  /** Keeps the state as it stands as the backup, durably: before a run begins, and when one has succeeded. */
  readonly keepBackup: () => Promise<void>;
  /** Removes the backup: what it tells of is no more. */
  readonly dropBackup: () => Promise<void>;
  /** Removes state file and backup: nothing is on the wire. */
  readonly discard: () => Promise<void>;
}

/** What is done with a state file that cannot be read: refused, or kept under another name. */
export type DamagedState = 'refuse' | 'set-aside';

/** Rejects with what `readState` refuses, unless a damaged file is to be set aside. */
export async function openStore(
  paths: Paths,
  host: HostIdentity,
  damaged: DamagedState = 'refuse',
): Promise<Store> {
  const found = await readState(paths, host).catch((error: unknown) => {
    if (damaged === 'refuse' || !(error instanceof DecnetError) || error.code !== 'STATE_DAMAGED')
      throw error;
    return setAside(paths);
  });
  // What a kill in the middle of a write left: half a file that nobody reads.
  for (const file of [paths.state, paths.backup]) await rm(temporaryOf(file), { force: true });
  let state: State = found ?? emptyState(host);
  let onDisk = found !== null;
  let turn: Promise<void> = Promise.resolve();
  return {
    current: () => state,
    update: (change) => {
      // One after the other: images that are built side by side each record their child.
      const written = turn.then(async () => {
        const next = { ...change(state), serial: state.serial + 1 };
        await write(paths.state, next);
        state = next;
        onDisk = true;
      });
      turn = written.catch(() => {});
      return written;
    },
    keepBackup: async () => {
      // A copy and no link: whatever damages the file in its place leaves the backup whole.
      if (onDisk) await write(paths.backup, state);
    },
    dropBackup: async () => {
      await rm(paths.backup, { force: true });
      await syncFolder(dirname(paths.backup));
    },
    discard: async () => {
      // The state file last: while it is there, a kill in between leaves a record to begin again from.
      for (const file of [paths.backup, paths.state]) await rm(file, { force: true });
      await syncFolder(dirname(paths.state));
      state = emptyState(host);
      onDisk = false;
    },
  };
}

function emptyState(host: HostIdentity): State {
  return {
    format: stateFormat,
    serial: 0,
    host: { hostname: host.hostname, machineId: host.machineId },
    deployment: null,
    run: null,
  };
}

async function write(path: string, state: State): Promise<void> {
  try {
    await writeAtomically(path, `${JSON.stringify(state, null, 1)}\n`, 0o600);
  } catch (error) {
    throw new DecnetError(`Cannot write the state file ${path}: ${String(error)}`, {
      code: 'STATE_UNWRITABLE',
      hint: 'Nothing more was done. Make room or mend the permissions, then run: decnet resume',
      exitCode: exitCodes.stepFailed,
      cause: error,
    });
  }
}

async function setAside(paths: Paths): Promise<null> {
  await rename(paths.state, `${paths.state}.damaged`);
  return null;
}
