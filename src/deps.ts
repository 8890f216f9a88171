import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { steps } from '../steps/index.ts';
import { createCompose } from './compose/plugin.ts';
import { createImageBuilder } from './docker/build.ts';
import { createDebianRoots } from './docker/debian-root.ts';
import { createDocker } from './docker/dockerode.ts';
import { createFiles } from './files-on-disk.ts';
import { createHost } from './host/linux.ts';
import { claimFilesOf } from './ownership/claim-files.ts';
import { packageRoot, templatesFolder } from './package-root.ts';
import { loadPipelines } from './pipeline/load.ts';
import { execute } from './process/execute.ts';
import type { Engine } from './runner/engine.ts';
import type { World } from './runner/step.ts';
import { createTemplates } from './services/templates.ts';
import { namespaceInode, thisProcess } from './state/this-process.ts';

/** The real Docker, host and files, put together. */
function createWorld(): World {
  return {
    docker: createDocker(),
    host: createHost(execute),
    compose: createCompose(execute),
    images: createImageBuilder(execute, createDebianRoots(execute)),
    files: createFiles(),
    templates: createTemplates(templatesFolder()),
  };
}

/** The real engine. Rejects with `PIPELINE_INVALID` when `pipeline.yaml` is broken. */
export async function createEngine(): Promise<Engine> {
  const world = createWorld();
  const pipelines = await loadPipelines(join(packageRoot(), 'pipeline.yaml'), new Set(steps.keys()));
  const network = await namespaceInode('net');
  return {
    world,
    steps,
    pipelines,
    self: await thisProcess(),
    hostLock: `/run/decnet-host-${network}.lock`,
    claimFiles: (deployment) => claimFilesOf(network, deployment),
    folder: process.cwd(),
    firstPause: 1_000,
    now: Date.now,
    sleep: async (milliseconds, signal) => {
      await setTimeout(milliseconds, undefined, { signal });
    },
  };
}
