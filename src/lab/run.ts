import { DecnetError } from '../errors.ts';
import type { Exec } from '../exec.ts';

/** Runs a program that must end with 0; answers what it printed. */
export type MachineRunner = (file: string, args: readonly string[], input?: string) => Promise<string>;

/** `env` carries the engine's PATH, for a machine that has no `ip` of its own. */
export function createRunner(
  exec: Exec,
  signal: AbortSignal,
  env: Readonly<Record<string, string>>,
): MachineRunner {
  return async (file, args, input) => {
    const given = input === undefined ? {} : { input };
    const result = await exec(file, args, { signal, env, timeout: 60_000, ...given });
    if (result.exitCode === 0) return result.stdout;
    const reason = result.stderr.trim() || `exit code ${result.exitCode}`;
    throw new DecnetError(`${[file, ...args].join(' ')}: ${reason}`, {
      code: 'LAB_FAILED',
      hint: 'Run `decnet lab down`, then `decnet lab up` again.',
    });
  };
}
