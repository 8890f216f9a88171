import { existsSync } from 'node:fs';
import { resolveSource } from '../resolve-source.ts';
import { runResume } from '../runner/resume.ts';
import { withSession } from '../runner/session.ts';
import { type OperationOptions, surroundingsOf } from './options.ts';

export interface ResumeOptions extends OperationOptions {
  /** Go on with the fleet file as it reads now, though it changed since the run began. */
  readonly acceptChanges?: boolean;
}

/**
 * Finishes what the recorded run began, in the direction in which it went; a finished deployment is checked
 * and healed. Answers false when there is nothing to resume, as after a rollback. Rejects with exit code 4 when the fleet file changed since, naming the steps that would change.
 */
export async function resume(options: ResumeOptions = {}): Promise<boolean> {
  const surroundings = await surroundingsOf(options);
  return withSession({ ...surroundings, command: 'resume' }, (session) =>
    runResume(session, {
      acceptChanges: options.acceptChanges ?? false,
      resolveAgain: async ({ fleetFile }) =>
        // A file that is gone has not changed: the recorded resolution counts.
        fleetFile === null || !existsSync(fleetFile)
          ? null
          : resolveSource(fleetFile, surroundings.engine.world.host),
    }),
  );
}
