import { runRollback } from '../runner/rollback.ts';
import { withSession } from '../runner/session.ts';
import { type OperationOptions, surroundingsOf } from './options.ts';

/**
 * Takes the recorded run back. A deploy from nothing is undone, last first; it stops at the first undo that fails
 * (exit code 5) and goes on from there when called again. After a change of a deployment, the fleet that stood before
 * is restored, with the images that it ran. Answers false when it was rolled back already.
 */
export async function rollback(options: OperationOptions = {}): Promise<boolean> {
  const surroundings = await surroundingsOf(options);
  return withSession({ ...surroundings, command: 'rollback' }, runRollback);
}
