import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DecnetError } from '../errors.ts';
import { pathsOf } from '../state/paths.ts';
import { readState } from '../state/read.ts';
import type { State } from '../state/schema.ts';

/**
 * Whether a state file is there and records a deployment, on the wire or on its way there or off it. One that cannot
 * be read does count, since nothing says that it does not; a damaged one does not.
 */
export async function accountsFor(statePath: string, deployment: string): Promise<boolean> {
  try {
    const state = await readState(pathsOf(statePath));
    return state !== null && records(state, deployment);
  } catch (error) {
    return !(error instanceof DecnetError && error.code === 'STATE_DAMAGED');
  }
}

function records({ deployment, run }: State, name: string): boolean {
  return deployment?.fleet.name === name || (run?.name === name && run.status !== 'rolled-back');
}

/** Whether two paths are of one file, which need not be there: a link to its folder is another way to it. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  return (await real(one)) === (await real(other));
}

async function real(path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return join(folder, basename(path));
}
