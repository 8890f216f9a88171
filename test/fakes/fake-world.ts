import type { World } from '../../src/runner/step.ts';
import { createTemplates } from '../../src/services/templates.ts';
import { createFakeCompose } from './fake-compose.ts';
import { createDockerState, createFakeDocker, type DockerState } from './fake-docker.ts';
import { createFakeFiles } from './fake-files.ts';
import { createFakeHost, createHostState, type HostState } from './fake-host.ts';
import { createFakeImages } from './fake-images.ts';
import type { Faults } from './faults.ts';

/** A world in memory, but for its files: they lie in a temporary folder. */
export interface FakeWorld extends World {
  readonly dockerState: DockerState;
  readonly hostState: HostState;
}

/** `shared`: what the engine and the kernel hold, as another process of the same host sees it. */
export function createFakeWorld(
  faults: Faults,
  templates: string,
  now: () => number,
  shared: Pick<FakeWorld, 'dockerState' | 'hostState'> = {
    dockerState: createDockerState(),
    hostState: createHostState(),
  },
): FakeWorld {
  const { dockerState, hostState } = shared;
  return {
    dockerState,
    hostState,
    docker: createFakeDocker(dockerState, faults, now),
    host: createFakeHost(hostState, dockerState, faults),
    compose: createFakeCompose(dockerState, faults, now),
    images: createFakeImages(dockerState, faults),
    files: createFakeFiles(faults),
    templates: createTemplates(templates),
  };
}
