import { z } from 'zod';
import { watchContainers } from './container-changes.ts';
import type { Docker } from './docker.ts';
import { createEngineClient, type EngineClient, engineError, statusOf } from './engine-client.ts';
import { readImport } from './import-progress.ts';
import { logQuery, readLog } from './logs.ts';
import { findNetwork } from './networks.ts';
import { openStream } from './open-stream.ts';
import {
  containerListSchema,
  containerSchema,
  createdSchema,
  engineSchema,
  imageListSchema,
  networkListSchema,
} from './replies.ts';
import { importQuery, labelFilter, networkBody } from './requests.ts';

/** The Docker Engine, through dockerode: at `socket`, else where `DOCKER_HOST` says, else at the usual socket. */
export function createDocker(options: { readonly socket?: string } = {}): Docker {
  const client = createEngineClient(options.socket);
  return {
    version: () =>
      client.ask('reach the Docker Engine', engineSchema, async (docker) => {
        const [version, info] = await Promise.all([docker.version(), docker.info()]);
        return { version, info };
      }),
    listNetworks: () => client.ask('list the networks', networkListSchema, (docker) => docker.listNetworks()),
    inspectNetwork: (name) => findNetwork(client, name),
    createNetwork: (spec) =>
      client.ask(`make the network ${spec.name}`, createdSchema, (docker) =>
        docker.createNetwork(networkBody(spec)),
      ),
    removeNetwork: async (id) => {
      await client.askIfThere(`remove the network ${id}`, z.unknown(), (docker) =>
        docker.getNetwork(id).remove(),
      );
    },
    listContainers: (label, value) =>
      client.ask('list the containers', containerListSchema, (docker) =>
        docker.listContainers({
          all: true,
          ...(label === undefined ? {} : { filters: labelFilter(label, value) }),
        }),
      ),
    inspectContainer: (id) =>
      client.askIfThere(`inspect the container ${id}`, containerSchema, (docker) =>
        docker.getContainer(id).inspect(),
      ),
    removeContainer: async (id) => {
      await client.askIfThere(`remove the container ${id}`, z.unknown(), (docker) =>
        docker.getContainer(id).remove({ force: true, v: true }),
      );
    },
    listImages: (label) =>
      client.ask('list the images', imageListSchema, (docker) =>
        docker.listImages({ filters: labelFilter(label) }),
      ),
    removeImage: (tag) => removeImage(client, tag),
    importImage: async (archive, tag, labels) => {
      const action = `import ${archive} as ${tag}`;
      const stream = await client.open(action, (docker) =>
        docker.importImage(archive, importQuery(tag, labels)),
      );
      await readImport(action, stream);
    },
    logs: (id, logOptions) => readLogs(client, id, logOptions),
    watchContainers: (label, signal) => watchContainers(client, label, signal),
  };
}

/** 409: a container uses it, or its name is all that keeps it from children. */
async function removeImage(client: EngineClient, tag: string): Promise<'removed' | 'in-use'> {
  try {
    await client.askIfThere(`remove the image ${tag}`, z.unknown(), (docker) =>
      docker.getImage(tag).remove(),
    );
    return 'removed';
  } catch (error) {
    if (statusOf(error) === 409) return 'in-use';
    throw error;
  }
}

async function* readLogs(client: EngineClient, id: string, options: Parameters<Docker['logs']>[1]) {
  const action = `read the log of ${id}`;
  const { signal, pause: _pause, ...query } = options;
  if (signal.aborted) return;
  try {
    const path = `/containers/${encodeURIComponent(id)}/logs?`;
    yield* readLog(await openStream(client, action, { path, query: logQuery(query), signal }), options);
  } catch (error) {
    if (!signal.aborted) throw engineError(action, error);
  }
}
