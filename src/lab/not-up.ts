import { DecnetError, exitCodes } from '../errors.ts';

/** For whoever needs a lab that is not there. */
export function notUp(): DecnetError {
  return new DecnetError('The lab is not up', {
    code: 'LAB_DOWN',
    hint: 'Run `decnet lab up`.',
    exitCode: exitCodes.refused,
  });
}
