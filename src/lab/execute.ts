import { constants } from 'node:os';
import { execa } from 'execa';
import { DecnetError } from '../errors.ts';
import { labCommand } from './command.ts';
import type { LabRole } from './layout.ts';
import { notUp } from './not-up.ts';
import { readLabRecord } from './record.ts';
import { isLabUp } from './up.ts';

/** Runs a command in a role's place on this process's own terminal; answers its exit code. */
export async function labExecute(role: LabRole, argv: readonly string[]): Promise<number> {
  const record = await readLabRecord();
  if (record === null || !(await isLabUp())) throw notUp();
  const { file, args, env } = labCommand(record, role, argv, process.env);
  // A terminal sends INT to its whole foreground group, the child too: it decides, and we wait for it.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  const child = execa(file, args, { env, stdio: 'inherit', reject: false });
  const forward = (signal: NodeJS.Signals): boolean => child.kill(signal);
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  const result = await child;
  process.off('SIGINT', ignore);
  process.off('SIGTERM', forward);
  process.off('SIGHUP', forward);
  if (result.exitCode !== undefined) return result.exitCode;
  if (result.signal !== undefined) return 128 + constants.signals[result.signal];
  throw new DecnetError(`${file} cannot be started`, { code: 'PROGRAM_MISSING', cause: result });
}
