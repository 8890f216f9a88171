import { withSession } from '../runner/session.ts';
import { runTeardown } from '../runner/teardown.ts';
import { type OperationOptions, surroundingsOf } from './options.ts';

export interface TeardownOptions extends OperationOptions {
  /** Also remove the images. */
  readonly images?: boolean;
  /** Which deployment, by its marks, where no state file tells. */
  readonly name?: string;
}

/**
 * Takes the whole deployment down, or just the named deckies. Answers false when there was nothing to take
 * down. A full teardown goes on past failures and rejects with exit code 5, listing what is left.
 */
export async function teardown(
  deckies: string | readonly string[] = [],
  options: TeardownOptions = {},
): Promise<boolean> {
  const surroundings = await surroundingsOf(options);
  const { name = null, images = false } = options;
  const damagedState = name === null ? 'refuse' : 'set-aside';
  return withSession({ ...surroundings, command: 'teardown', damagedState }, (session) =>
    runTeardown(session, { deckies: typeof deckies === 'string' ? [deckies] : deckies, images, name }),
  );
}
