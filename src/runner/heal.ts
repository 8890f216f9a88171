import { decideHeal } from './decide.ts';
import { restoreDeployment, standingImages } from './restore.ts';
import { type Session, updateRun } from './session.ts';
import { walkAgain } from './walk.ts';

/**
 * Repairs what drifted from a finished deployment, by what is on record of it: an edit of the fleet file since, or
 * another version of the templates, changes nothing. Rejects with exit code 4 where a run is unfinished.
 */
export async function runHeal(session: Session): Promise<void> {
  const { run, deployment } = decideHeal(session.store.current());
  await session.claim(run.name);
  // What took deckies out knows no step that brings the rest back.
  if (run.pipeline === 'remove') return restoreDeployment(session, deployment);
  const { fleet } = deployment;
  const images = await standingImages(session, deployment);
  // What --no-cache asked for was asked once.
  await updateRun(session, (record) => ({
    ...record,
    fleet,
    images,
    options: { ...record.options, noCache: false },
  }));
  await walkAgain(session);
}
