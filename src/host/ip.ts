import { DecnetError, exitCodes } from '../errors.ts';
import type { Exec, ExecResult } from '../exec.ts';
import { ipFailure } from './ip-failure.ts';

/** `ip` answers at once; one that does not is stuck behind a lock of the kernel. */
const timeout = 15_000;

/** Runs `ip`; a non-zero exit is a result. Rejects with `IP_MISSING` where there is none. */
export type Ip = (args: readonly string[], lines?: readonly string[]) => Promise<ExecResult>;

export function createIp(exec: Exec): Ip {
  return async (args, lines) => {
    try {
      return await exec('ip', args, {
        timeout,
        ...(lines === undefined ? {} : { input: lines.map((line) => `${line}\n`).join('') }),
      });
    } catch (error) {
      if (!(error instanceof DecnetError) || error.code !== 'PROGRAM_MISSING') throw error;
      throw new DecnetError('The program ip is not installed.', {
        code: 'IP_MISSING',
        hint: 'Install iproute2, e.g. `apt install iproute2`.',
        exitCode: exitCodes.refused,
        cause: error,
      });
    }
  };
}

/** Rejects unless `result` is a success, or failed with nothing but what `harmless` allows. */
export function requireSuccess(what: string, result: ExecResult, harmless?: RegExp): void {
  if (result.exitCode === 0) return;
  const complaints = result.stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('Command failed'));
  if (harmless !== undefined && complaints.length > 0 && complaints.every((line) => harmless.test(line)))
    return;
  throw ipFailure(what, result.stderr);
}
