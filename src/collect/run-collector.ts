import { setTimeout } from 'node:timers/promises';
import type { Docker } from '../docker/docker.ts';
import { DecnetError } from '../errors.ts';
import { acquireLock, type LockOwner } from '../state/lock.ts';
import type { Paths } from '../state/paths.ts';
import { deliver } from './deliver.ts';
import { createDeploymentReader } from './deployment.ts';
import { createIntake } from './intake.ts';
import { type KeepFollowingOptions, keepFollowing } from './keep-following.ts';
import { loadPositions, savePositions } from './positions.ts';
import type { Sink } from './sink.ts';
import { openSinks, type SinksRequest } from './sinks.ts';
import { createTeller, type Teller } from './tell.ts';

export interface CollectRequest extends SinksRequest {
  readonly paths: Paths;
}

export interface CollectSurroundings {
  readonly docker: Docker;
  readonly self: Omit<LockOwner, 'command'>;
  /** Writes a line for people. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

interface Collection extends Omit<KeepFollowingOptions, 'intake'> {
  readonly sinks: readonly Sink[];
  /** Path of the position file. */
  readonly position: string;
}

/** Between two tries to write, milliseconds. */
const retryPause = 1000;

/**
 * Collects the events of a deployment until `signal` aborts; then writes what it has, saves how far it came, and
 * resolves. Rejects with `LOCKED` where another collector writes that file.
 */
export async function runCollector(
  request: CollectRequest,
  surroundings: CollectSurroundings,
): Promise<void> {
  const { files, paths, format } = request;
  const { docker, signal, say } = surroundings;
  const tell = createTeller({ statePath: paths.state, say });
  const readDeployment = createDeploymentReader(paths);
  await readDeployment();
  await demandEngine(docker, tell);
  const self = { ...surroundings.self, command: 'collect' };
  const release = await acquireLock(files.lock, { command: 'collect', self, patience: 0, signal });
  try {
    const { positions, damage } = await loadPositions(files.position);
    if (damage !== null) tell.damagedPositions(files.position, damage);
    const { all: sinks, onDeployment } = await openSinks(request, say);
    say(`writing ${format} to ${files.log}`);
    const position = files.position;
    await collect({ docker, positions, readDeployment, onDeployment, tell, signal, sinks, position });
  } finally {
    await release();
  }
}

/** An engine that does not answer may come up yet; one that we may not ask never will. */
async function demandEngine(docker: Docker, tell: Teller): Promise<void> {
  await docker.version().catch((error: unknown) => {
    if (!(error instanceof DecnetError) || error.code === 'DOCKER_DENIED') throw error;
    tell.engine(error);
  });
}

async function collect(collection: Collection): Promise<void> {
  const { sinks, positions, tell, position } = collection;
  const intake = createIntake();
  // If one of the two fails, by a defect of ours, the other must not go on alone.
  const failure = new AbortController();
  const signal = AbortSignal.any([collection.signal, failure.signal]);
  // Also frees whoever waits for room: what is not taken in by then comes again.
  signal.addEventListener('abort', intake.end, { once: true });
  if (signal.aborted) intake.end();

  const following = keepFollowing({ ...collection, intake, signal });
  const delivering = deliver({
    intake,
    sinks,
    positions,
    save: (next) => savePositions(position, next),
    isThere: following.isThere,
    onTrouble: tell.delivery,
    sleep: () => setTimeout(retryPause, undefined, { signal }).catch(() => {}),
  });
  try {
    await Promise.all([following.ended, delivering]);
  } finally {
    failure.abort();
    await Promise.allSettled([following.ended, delivering]);
    await Promise.allSettled(sinks.map((sink) => sink.close()));
  }
}
