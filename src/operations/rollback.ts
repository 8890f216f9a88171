import { runRollback } from '../runner/rollback.ts';
import { withSession } from '../runner/session.ts';
import { type OperationOptions, surroundingsOf } from './options.ts';

/**
 * Undoes, last first, what the recorded deploy made. Stops at the first undo that fails (exit code 5) and goes
 * on from there when called again. Answers false when it was rolled back already.
 */
export async function rollback(options: OperationOptions = {}): Promise<boolean> {
  const surroundings = await surroundingsOf(options);
  return withSession({ ...surroundings, command: 'rollback' }, runRollback);
}
