import { setMaxListeners } from 'node:events';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Docker } from './docker.ts';
import { createEngineClient, type EngineClient, engineError, statusOf } from './engine-client.ts';
import { readImport } from './import-progress.ts';
import { logQuery, readLog } from './logs.ts';
import { findNetwork } from './networks.ts';
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

/** By the modem: dockerode's own `logs` reads a log that is not followed into memory, as a whole. */
async function* readLogs(client: EngineClient, id: string, options: Parameters<Docker['logs']>[1]) {
  const action = `read the log of ${id}`;
  const { signal, ...query } = options;
  if (signal.aborted) return;
  // Every log listens to the one signal, and a fleet has hundreds: no leak.
  setMaxListeners(0, signal);
  try {
    const stream = await client.open(action, (docker) => {
      const request = {
        path: `/containers/${encodeURIComponent(id)}/logs?`,
        method: 'GET',
        options: logQuery(query),
        abortSignal: signal,
        isStream: true,
        statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
      };
      return new Promise<Readable>((resolve, reject) => {
        docker.modem.dial(request, (error, reply) => {
          if (reply instanceof Readable) resolve(reply);
          else reject(error ?? new Error('the engine sent no stream'));
        });
      });
    });
    yield* readLog(stream, signal);
  } catch (error) {
    if (!signal.aborted) throw engineError(action, error);
  }
}
