import { DecnetError, exitCodes } from '../errors.ts';
import { orphans } from '../operations/orphans.ts';
import { orphansText } from '../render/orphans-text.ts';
import { safeText } from '../text/safe.ts';
import { interruptible } from './interruptible.ts';

interface Flags {
  readonly orphans?: true;
  readonly yes?: true;
  readonly state?: string;
  readonly json?: true;
}

/**
 * `decnet teardown --orphans`: lists what no state file accounts for; with `--yes`, removes it. Rejects with `USAGE`
 * (exit code 2) what would mean another teardown.
 */
export async function tearDownOrphans(deckies: readonly string[], flags: Flags): Promise<void> {
  if (!flags.orphans) throw wrongUse('--yes goes with --orphans; a teardown asks nothing');
  if (deckies.length > 0) throw wrongUse('--orphans takes no names of deckies');
  const isRemoved = flags.yes ?? false;
  const found = await interruptible((signal) =>
    orphans({
      signal,
      remove: isRemoved,
      onLine: (line) => process.stderr.write(`${safeText(line)}\n`),
      ...(flags.state === undefined ? {} : { statePath: flags.state }),
    }),
  );
  const isNothing = found.deployments.length + found.networks.length === 0;
  if (flags.json) process.stdout.write(`${JSON.stringify({ ...found, removed: isRemoved && !isNothing })}\n`);
  else if (!isNothing) process.stdout.write(orphansText(found));
  process.stderr.write(`${verdict(isNothing, isRemoved)}\n`);
}

function verdict(isNothing: boolean, isRemoved: boolean): string {
  if (isNothing) return 'Nothing of decnet is here that no state file accounts for';
  if (isRemoved) return 'All of it was removed';
  return 'Nothing was changed. Remove all of it with: decnet teardown --orphans --yes';
}

function wrongUse(what: string): DecnetError {
  return new DecnetError(what, {
    code: 'USAGE',
    hint: 'List what no state file accounts for with: decnet teardown --orphans',
    exitCode: exitCodes.usage,
  });
}
