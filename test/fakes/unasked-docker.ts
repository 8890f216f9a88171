import type { Container, Docker } from '../../src/docker/docker.ts';
import { labels } from '../../src/fleet/names.ts';

function unasked(): never {
  throw new Error('This fake is not asked for that');
}

/** What fakes of Docker that log leave out. */
export const unaskedDocker = {
  version: unasked,
  listNetworks: unasked,
  inspectNetwork: unasked,
  createNetwork: unasked,
  removeNetwork: unasked,
  removeContainer: unasked,
  listImages: unasked,
  removeImage: unasked,
  importImage: unasked,
  watchContainers: unasked,
};

/** A container as the engine lists it, of the deployment `office` unless told. `service` null: none of ours. */
export function listed(
  { id, decky, service }: { readonly id: string; readonly decky: string; readonly service: string | null },
  state: Container['state'] = 'running',
  deployment = 'office',
): Container {
  const marks = { [labels.deployment]: deployment, [labels.decky]: decky };
  return {
    id,
    name: id,
    state,
    status: state,
    imageId: 'sha256:0',
    labels: service === null ? marks : { ...marks, [labels.service]: service },
    networkMode: '',
    addresses: [],
    networks: [],
  };
}

/** The same container, looked at. */
export function inspected(id: string, running = true): Awaited<ReturnType<Docker['inspectContainer']>> {
  const rest = { startedAt: '', error: '', addresses: {}, networkMode: '' };
  return { id, name: id, running, pid: 1, exitCode: 0, ...rest };
}
