import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageBuilder } from '../../src/docker/builder.ts';
import { addImage, type DockerState } from './fake-docker.ts';
import { noProcess } from './fake-process.ts';
import type { Faults } from './faults.ts';

/** `docker build` over the fake engine: the context must have been staged. */
export function createFakeImages(state: DockerState, faults: Faults): ImageBuilder {
  return {
    build: async (spec, options) => {
      await options.onSpawn(noProcess);
      await faults.effect(`images.build ${spec.labels['decnet.image']}`, {
        whole: async () => {
          await access(join(spec.context, 'Dockerfile'));
          addImage(state, spec.tag, spec.labels);
          options.onLine(`naming to ${spec.tag}`);
        },
      });
    },
    findDebianRoot: async () => null,
    debianRoot: () => faults.effect('images.debianRoot', { whole: () => '/cache/runtime.tar' }),
  };
}
