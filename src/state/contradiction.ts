import type { ResolvedFleet } from '../fleet/resolved.ts';
import type { Deployment, Images, Run, State } from './schema.ts';

/**
 * What no decnet can have written, though each part by itself is right; null when the parts fit each other. A byte
 * that flipped in one of the names would otherwise let a teardown look for what does not exist, and forget the rest.
 */
export function contradictionIn({ run, deployment }: State): string | null {
  const inRun = run === null ? null : contradictionInRun(run, deployment);
  return inRun ?? (deployment === null ? null : contradictionInDeployment(deployment));
}

function contradictionInRun(run: Run, deployment: Deployment | null): string | null {
  if (run.fleet !== null && run.fleet.name !== run.name)
    return `run ${run.id} is of ${run.name}, and its fleet is called ${run.fleet.name}`;
  if (deployment !== null && deployment.fleet.name !== run.name)
    return `run ${run.id} is of ${run.name}, and ${deployment.fleet.name} is deployed`;
  if (run.pipeline === 'teardown') return null;
  if (run.fleet === null || run.images === null) return `run ${run.id} remembers no fleet`;
  if (run.pipeline === 'remove' && deployment === null) return `run ${run.id} takes deckies out of nothing`;
  return missingImage(run.fleet, run.images);
}

function contradictionInDeployment({ fleet, images }: Deployment): string | null {
  return missingImage(fleet, images);
}

function missingImage(fleet: ResolvedFleet, images: Images): string | null {
  const services = fleet.deckies.flatMap((decky) => decky.services.map((service) => service.name));
  const missing = services.find((service) => !Object.hasOwn(images.services, service));
  return missing === undefined ? null : `there is no image for the service ${missing}`;
}
