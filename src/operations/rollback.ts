import { runRollback } from '../runner/rollback.ts';
import { withSession } from '../runner/session.ts';
import { type OperationOptions, surroundingsOf } from './options.ts';

/**
 * Undoes, last first, what the recorded deploy made. Stops at the first undo that fails (exit code 5) and goes
 * on from there when called again.
 */
export async function rollback(options: OperationOptions = {}): Promise<void> {
  const surroundings = await surroundingsOf(options);
  await withSession({ ...surroundings, command: 'rollback' }, runRollback);
}
