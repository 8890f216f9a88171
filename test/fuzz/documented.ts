import { DecnetError, type ExitCode, exitCodes } from '../../src/errors.ts';

/** What moves a cursor, changes colours, or reorders or hides text: nothing that is printed may have any of it. */
export const unsafeOnTerminal = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Fails for anything but an error of ours that is no bug; answers it. */
export function documented(error: unknown): DecnetError {
  if (!(error instanceof DecnetError)) throw new Error('No error of decnet’s', { cause: error });
  if (error.exitCode === exitCodes.bug) throw new Error('An input was told as a bug', { cause: error });
  return error;
}

/** What `attempt` answers with; null when it was refused with one of these exit codes. */
export async function orRefused<T>(
  attempt: () => T | Promise<T>,
  ...allowed: readonly ExitCode[]
): Promise<T | null> {
  try {
    return await attempt();
  } catch (error) {
    const { exitCode } = documented(error);
    if (!allowed.includes(exitCode)) throw new Error(`Exit code ${exitCode}`, { cause: error });
    return null;
  }
}
