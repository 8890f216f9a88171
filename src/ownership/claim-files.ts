import { createHash } from 'node:crypto';

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
