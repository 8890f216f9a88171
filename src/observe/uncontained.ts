import type { Container, Docker } from '../docker/docker.ts';
import { baseService, labels } from '../fleet/names.ts';
import type { Host } from '../host/host.ts';
import { inParallel } from '../in-parallel.ts';
import { isEgressBroken } from './fleet-status.ts';

/** How many bases are looked at a time: one that refused anything costs a start of nft. */
const looks = 8;

/**
 * The running bases whose network namespace does not hold the rules that they loaded. Nothing but a new start of the
 * base mends that, and its services with it, since a base that starts again has another network namespace.
 */
export async function uncontainedBases(
  looking: { readonly docker: Pick<Docker, 'inspectContainer'>; readonly host: Pick<Host, 'baseState'> },
  containers: readonly Container[],
): Promise<readonly Container[]> {
  const bases = containers.filter(
    (container) => container.labels[labels.service] === baseService && container.state === 'running',
  );
  const found = await inParallel(looks, bases, async (base) => {
    const detail = await looking.docker.inspectContainer(base.id);
    if (detail === null || !detail.running) return null;
    return isEgressBroken((await looking.host.baseState(detail.pid)).egress) ? base : null;
  });
  return found.filter((base) => base !== null);
}
