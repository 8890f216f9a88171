import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Where this host keeps who works on a deployment. Gone after a reboot, like the links that it is about. */
export interface ClaimFiles {
  /** Held by a command that changes the deployment, whatever its state file. */
  readonly lock: string;
  /** Path of the state file that it is under. */
  readonly note: string;
}

/** Pure. `network`: inode of the network namespace; another one is another host to us. */
export function claimFilesOf(network: string, deployment: string): ClaimFiles {
  // What a user types after --name need not be a name.
  const isPlain = /^[a-z0-9-]{1,64}$/.test(deployment);
  const name = isPlain ? deployment : `.${createHash('sha256').update(deployment).digest('hex')}`;
  const path = `/run/decnet-deployment-${network}-${name}`;
  return { lock: `${path}.lock`, note: `${path}.state` };
}

/** The files of every deployment whose lock is there. `filesOf` tells where they are. */
export async function heldClaims(
  filesOf: (deployment: string) => ClaimFiles,
): Promise<readonly ClaimFiles[]> {
  const example = filesOf('a').lock;
  const prefix = basename(example).slice(0, -'a.lock'.length);
  const names = await readdir(dirname(example));
  return names
    .filter((name) => name.startsWith(prefix) && name.endsWith('.lock'))
    .map((name) => join(dirname(example), name))
    .map((lock) => ({ lock, note: lock.replace(/\.lock$/, '.state') }));
}
