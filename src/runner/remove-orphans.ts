import { rm } from 'node:fs/promises';
import { DecnetError, exitCodes, toDecnetError } from '../errors.ts';
import { labels } from '../fleet/names.ts';
import { removeAbandonedNetworks } from '../lan/unused.ts';
import { findOrphans, isRecorded, type Orphans } from '../ownership/orphans.ts';
import { acquireLock, type LockOwner } from '../state/lock.ts';
import type { Paths } from '../state/paths.ts';
import type { Engine } from './engine.ts';
import { interruptionOf } from './interruption.ts';
import { stepOf } from './registry.ts';
import { firstOf } from './run.ts';
import { unrecordedContext } from './step-context.ts';

/** How long a step of another deployment that touches the NIC is waited for, milliseconds. */
const patience = 60_000;

/** The steps whose undo goes by marks alone, in the order of a teardown. */
const byMarks = ['up', 'network', 'host-bridge'];

interface Removing {
  readonly engine: Engine;
  readonly paths: Paths;
  readonly signal: AbortSignal;
  /** Told what is removed, a line each. */
  say(line: string): void;
}

/** What `findOrphans` finds with this engine. */
export function orphansOf({ engine, paths }: Pick<Removing, 'engine' | 'paths'>): Promise<Orphans> {
  const { world, claimFiles } = engine;
  return findOrphans({ world, self: selfOf(engine), statePath: paths.state, claimFiles });
}

/**
 * Removes orphans, and goes on past failures. Rejects with `ORPHANS_LEFT` (exit code 5) where something is left,
 * naming it. What a command has taken up since is no orphan any more, and left alone.
 */
export async function removeOrphans(removing: Removing, orphans: Orphans): Promise<void> {
  const failures: DecnetError[] = [];
  const goOn = (error: unknown): void => {
    if (removing.signal.aborted) throw interruptionOf(removing.signal);
    failures.push(toDecnetError(error));
  };
  for (const { deployment } of orphans.deployments) {
    await removeOne(removing, { deployment, goOn }).catch(goOn);
  }
  await withHostLock(removing, () => removeAbandonedNetworks(removing.engine.world, null)).catch(goOn);
  const left = namesOf(await orphansOf(removing));
  const failure = firstOf(failures);
  if (left.length > 0 || failure !== null) throw orphansLeft(left, failure);
}

interface Removal {
  readonly deployment: string;
  readonly goOn: (error: unknown) => void;
}

async function removeOne(removing: Removing, { deployment, goOn }: Removal): Promise<void> {
  const { engine, paths, signal, say } = removing;
  const { lock, note } = engine.claimFiles(deployment);
  const self = selfOf(engine);
  const release = await acquireLock(lock, { command: self.command, self, patience: 0, signal });
  try {
    const containers = await engine.world.docker.listContainers(labels.deployment, deployment);
    const looking = { statePath: paths.state, claimFiles: engine.claimFiles };
    if (await isRecorded(looking, deployment, containers)) return;
    const options = { noCache: false, parallel: false, images: false };
    const given = { engine, paths, name: deployment, options, deployment: null, signal, say };
    for (const id of byMarks) {
      const step = stepOf(engine.steps, id);
      const undo = (): Promise<void> => step.undo(unrecordedContext(given), null);
      await (step.locksHost ? withHostLock(removing, undo) : undo()).catch(goOn);
    }
    await rm(note, { force: true });
  } finally {
    await release();
  }
}

async function withHostLock<T>({ engine, signal }: Removing, work: () => Promise<T>): Promise<T> {
  const self = selfOf(engine);
  const release = await acquireLock(engine.hostLock, { command: self.command, self, patience, signal });
  try {
    return await work();
  } finally {
    await release();
  }
}

function selfOf(engine: Engine): LockOwner {
  return { ...engine.self, command: 'teardown --orphans' };
}

/** Everything of orphans in words, one each. */
export function namesOf({ deployments, networks }: Orphans): readonly string[] {
  return [
    ...deployments.flatMap(({ containers, links, networks: own }) => [
      ...containers.map((name) => `container ${name}`),
      ...links.map((name) => `link ${name}`),
      ...own.map((name) => `network ${name}`),
    ]),
    ...networks.map((name) => `network ${name}`),
  ];
}

function orphansLeft(left: readonly string[], failure: DecnetError | null): DecnetError {
  const what = left.length > 0 ? `still there: ${left.join(', ')}` : 'not all could be taken back';
  return new DecnetError(`Orphans are left, ${what}${failure === null ? '' : ` (${failure.message})`}`, {
    code: 'ORPHANS_LEFT',
    hint: failure?.hint ?? 'Mend the cause, then run again: decnet teardown --orphans --yes',
    exitCode: exitCodes.leftover,
    cause: failure ?? undefined,
  });
}
