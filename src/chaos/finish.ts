import { access } from 'node:fs/promises';
import { type Advised, adviceIn } from './advice.ts';
import type { Wanted } from './judge.ts';
import type { Round } from './round.ts';
import { deployment, fleetOnDisk, restoreBackup, type Site } from './site.ts';
import { Trouble } from './stage.ts';
import { deckyNames, readRecord, type StateRecord } from './state-record.ts';
import { isPresentable, type Told, typeCommand } from './type.ts';

/**
 * Ends a round as a user would: the last command, and where it is refused, what its refusal advises. Answers what
 * the world has to be then. Throws `Trouble` where that leads nowhere.
 */
export async function finish(site: Site, round: Round, tell: (told: Told) => void): Promise<Wanted> {
  let next: Advised = [round.last];
  for (const draw of round.advice) {
    const record = await readRecord(site.stateFile);
    if (next === 'restore-backup') {
      await putBackupInPlace(site);
      next = [round.last];
      continue;
    }
    const told = await typeAdvised(site, next);
    tell(told);
    if (told.ended.exitCode === 0) return wantedAfter(next, record, site);
    requireRefusal(told);
    const advised = adviceIn(told.ended.printed);
    const choice: Advised | undefined = advised[Math.floor(draw * advised.length)];
    if (choice === undefined) throw new Trouble(`${told.what} was refused and advises nothing`);
    next = choice;
  }
  throw new Trouble(`Following the advice led nowhere`);
}

async function typeAdvised(site: Site, [command = '', ...args]: readonly string[]): Promise<Told> {
  return typeCommand(site, command, ...args.map((word) => (word === 'NAME' ? deployment : word)));
}

/** Where nothing disturbs a command, it does its work (0), or needs a decision (4) and says which. */
function requireRefusal({ what, ended }: Told): void {
  if (ended.exitCode !== 4 || !isPresentable(ended)) {
    throw new Trouble(`${what} ended with ${ended.exitCode ?? ended.signal}, and nothing disturbed it`);
  }
}

async function putBackupInPlace(site: Site): Promise<void> {
  await access(`${site.stateFile}.backup`).catch(() => {
    throw new Trouble('The advice is to use a backup that is not there');
  });
  await restoreBackup(site);
}

type Record = StateRecord | null | 'damaged';

async function wantedAfter(typed: readonly string[], before: Record, site: Site): Promise<Wanted> {
  const [command, option] = typed;
  if (command === 'teardown') return 'empty';
  if (command === 'deploy' || option === '--accept-changes') return fleetOnDisk(site);
  const run = before === null || before === 'damaged' ? null : before.run;
  if (command === 'rollback') return takenBack(run);
  if (run === null) throw new Trouble('resume found something to do where no run was recorded');
  const isGoingBack = run.pipeline === 'teardown' || /^roll/.test(run.status);
  return isGoingBack || run.fleet === null ? 'empty' : deckyNames(run.fleet);
}

/** A change leads back to what stood before it, and so does a rollback of it that was ended. */
function takenBack(run: StateRecord['run']): Wanted {
  const fleet = run?.pipeline === 'restore' ? run.fleet : run?.before?.fleet;
  return fleet ? deckyNames(fleet) : 'empty';
}
