import { labels } from '../fleet/names.ts';
import { imagesOf } from '../services/templates.ts';
import type { Deployment, Images } from '../state/schema.ts';
import { beginRun } from './run.ts';
import type { Session } from './session.ts';
import { walkForward } from './walk.ts';

/**
 * Walks to a deployment as it is on record, whatever stands now: the rollback of a change. A new run, so that
 * killed anywhere it is gone on with by `resume` and by `rollback` alike.
 */
export async function restoreDeployment(session: Session, deployment: Deployment): Promise<void> {
  const { fleet } = deployment;
  const images = await standingImages(session, deployment);
  const options = { noCache: false, parallel: false, images: false };
  await beginRun(session, { pipeline: 'restore', name: fleet.name, fleet, fleetFile: null, images, options });
  await walkForward(session);
}

/**
 * The images that a deployment runs, so that a decnet that was upgraded since touches no container that is well.
 * Where any of them is gone, those that the templates make now.
 */
export async function standingImages(session: Session, { fleet, images }: Deployment): Promise<Images> {
  const { docker, templates } = session.engine.world;
  const built = new Set((await docker.listImages(labels.image)).flatMap(({ tags }) => tags));
  const isThere = [images.runtime, ...Object.values(images.services)].every(({ tag }) => built.has(tag));
  return isThere ? images : imagesOf(templates, fleet);
}
