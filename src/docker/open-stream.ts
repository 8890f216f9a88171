import { setMaxListeners } from 'node:events';
import { Readable } from 'node:stream';
import type { EngineClient } from './engine-client.ts';

export interface StreamRequest {
  /** Ends in `?`, where the query goes. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** A reply that goes on. By the modem: dockerode's own `logs` reads a log that is not followed into memory, as a whole. */
export async function openStream(
  client: EngineClient,
  action: string,
  { path, query, signal }: StreamRequest,
): Promise<Readable> {
  // Every log listens to the one signal, and a fleet has hundreds: no leak.
  setMaxListeners(0, signal);
  const request = {
    path,
    method: 'GET',
    options: query,
    abortSignal: signal,
    isStream: true,
    statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
  };
  return client.open(action, (docker) => {
    return new Promise<Readable>((resolve, reject) => {
      docker.modem.dial(request, (error, reply) => {
        if (reply instanceof Readable) resolve(reply);
        else reject(error ?? new Error('the engine sent no stream'));
      });
    });
  });
}
