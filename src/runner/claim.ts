import { readFile, rm } from 'node:fs/promises';
import { DecnetError, exitCodes } from '../errors.ts';
import { labels } from '../fleet/names.ts';
import { accountsFor, isSameFile } from '../ownership/accounts-for.ts';
import { heldClaims } from '../ownership/claim-files.ts';
import { stateFilesOf } from '../ownership/state-files.ts';
import { writeAtomically } from '../state/atomic-write.ts';
import { acquireLock, deadOwner, type Release, removeDeadLock } from '../state/lock.ts';
import type { Paths } from '../state/paths.ts';
import type { Engine } from './engine.ts';

interface Claiming {
  readonly engine: Engine;
  readonly paths: Paths;
  readonly command: string;
  readonly signal: AbortSignal;
}

/**
 * Makes a deployment's name this command's, on this host, until it is released. Rejects with `LOCKED` (exit code 6)
 * while another command changes a deployment of that name, and with `OTHER_STATE_FILE` (exit code 4) while another
 * state file records it. What no state file accounts for any more, as in a folder that was moved, is taken over.
 */
export async function claimDeployment(claiming: Claiming, deployment: string): Promise<Release> {
  const { engine, paths, command, signal } = claiming;
  const files = engine.claimFiles(deployment);
  const release = await acquireLock(files.lock, {
    command,
    self: { ...engine.self, command: `${command}${suffixOf(paths)}` },
    patience: 0,
    signal,
  });
  try {
    await refuseOtherOwner(claiming, deployment);
    // If we die from here on, whoever comes next with the same name is told whose it is.
    await writeAtomically(files.note, `${paths.state}\n`, 0o600);
  } catch (error) {
    await release();
    throw error;
  }
  return async () => {
    if (!(await accountsFor(paths.state, deployment))) await rm(files.note, { force: true });
    await release();
  };
}

/** By what the owner of a name's lock is told to be doing. */
function suffixOf(paths: Paths): string {
  return ` --state ${paths.state}`;
}

/**
 * Removes what commands on this state file left that were killed before they recorded anything, or after they had
 * recorded that all is undone: the name that they had made theirs stands in their lock alone.
 */
export async function forgetDeadClaims({ engine, paths, command }: Claiming): Promise<void> {
  const self = { ...engine.self, command };
  for (const { lock, note } of await heldClaims(engine.claimFiles)) {
    const owner = await deadOwner(lock, self);
    if (owner === null || !owner.command.endsWith(suffixOf(paths))) continue;
    const noted = await readFile(note, 'utf8').catch(() => '');
    if (noted === `${paths.state}\n`) await rm(note, { force: true });
    await removeDeadLock(lock, self);
  }
}

async function refuseOtherOwner({ engine, paths }: Claiming, deployment: string): Promise<void> {
  // An engine that does not answer is told by the steps.
  const containers = await engine.world.docker.listContainers(labels.deployment, deployment).catch(() => []);
  for (const path of await stateFilesOf(containers, engine.claimFiles(deployment).note)) {
    if (await isSameFile(path, paths.state)) return;
    if (await accountsFor(path, deployment)) throw otherOwner(deployment, path);
  }
}

function otherOwner(deployment: string, path: string): DecnetError {
  return new DecnetError(`Deployment ${deployment} of this host is under another state file: ${path}`, {
    code: 'OTHER_STATE_FILE',
    hint: `Go on there with --state ${path}, take it down with: decnet teardown --state ${path}. Or give the fleet another name.`,
    exitCode: exitCodes.decision,
  });
}
