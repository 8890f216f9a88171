import { DecnetError, exitCodes } from '../errors.ts';
import { deploymentName } from '../fleet/deployment-name.ts';
import { withSession } from '../runner/session.ts';
import { runTeardown } from '../runner/teardown.ts';
import { quote } from '../yaml/nearest.ts';
import { type OperationOptions, surroundingsOf } from './options.ts';

export interface TeardownOptions extends OperationOptions {
  /** Also remove the images. */
  readonly images?: boolean;
  /** Which deployment, by its marks, where no state file tells. */
  readonly name?: string;
}

/**
 * Takes the whole deployment down, or just the named deckies. Answers false when there was nothing to take
 * down. A full teardown goes on past failures and rejects with exit code 5, listing what is left. A name that no
 * deployment can have is refused with exit code 2.
 */
export async function teardown(
  deckies: string | readonly string[] = [],
  options: TeardownOptions = {},
): Promise<boolean> {
  if (options.name !== undefined && !deploymentName.test(options.name)) throw noSuchName(options.name);
  const surroundings = await surroundingsOf(options);
  const { name = null, images = false } = options;
  const damagedState = name === null ? 'refuse' : 'set-aside';
  return withSession({ ...surroundings, command: 'teardown', damagedState }, (session) =>
    runTeardown(session, { deckies: typeof deckies === 'string' ? [deckies] : deckies, images, name }),
  );
}

// A mistyped name would be taken down with success, since nothing bears its marks, and nothing ever can.
function noSuchName(name: string): DecnetError {
  return new DecnetError(
    `${quote(name)} is not a name of a deployment: a-z, 0-9 and -, a letter first, at most 31`,
    {
      code: 'NAME_INVALID',
      hint: 'Give the name that the fleet file has, e.g. decnet teardown --name office',
      exitCode: exitCodes.usage,
    },
  );
}
