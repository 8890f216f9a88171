import { DecnetError, exitCodes } from '../errors.ts';
import type { Exec, ExecResult } from '../exec.ts';

/** Runs the `docker` client; rejects with `DOCKER_MISSING` where there is none. */
export async function runDocker(
  exec: Exec,
  args: readonly string[],
  options: Parameters<Exec>[2] = {},
): Promise<ExecResult> {
  try {
    return await exec('docker', args, options);
  } catch (error) {
    if (!(error instanceof DecnetError) || error.code !== 'PROGRAM_MISSING') throw error;
    throw new DecnetError('The docker client is not installed.', {
      code: 'DOCKER_MISSING',
      hint: 'Install Docker Engine 24 or later with its compose plugin, or rehearse with `decnet lab up`.',
      exitCode: exitCodes.refused,
      cause: error,
    });
  }
}
