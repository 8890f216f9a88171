import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { ContainerChange } from './docker.ts';
import { type EngineClient, engineError } from './engine-client.ts';
import { openStream } from './open-stream.ts';
import { labelFilter } from './requests.ts';

const eventSchema = z.object({ Actor: z.object({ ID: z.string() }) });

/** Of GET /events. The engine sends the head of its reply at once: from then on nothing is missed. */
export async function watchContainers(
  client: EngineClient,
  label: string,
  signal: AbortSignal,
): Promise<AsyncIterable<ContainerChange>> {
  const action = 'watch the containers';
  const filters = { ...labelFilter(label), type: ['container'], event: ['start', 'die', 'destroy'] };
  const query = { filters: JSON.stringify(filters) };
  const stream = await openStream(client, action, { path: '/events?', query, signal });
  return readChanges(stream, action, signal);
}

/** One JSON object a line. One that is not understood is passed on as a change of nobody: somebody looks all the same. */
async function* readChanges(
  stream: Readable,
  action: string,
  signal: AbortSignal,
): AsyncGenerator<ContainerChange> {
  const stop = () => stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  let rest = '';
  try {
    for await (const chunk of stream.setEncoding('utf8')) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') yield { id: idOf(line) };
    }
  } catch (error) {
    if (!signal.aborted) throw engineError(action, error);
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}

function idOf(line: string): string {
  try {
    return eventSchema.parse(JSON.parse(line)).Actor.ID;
  } catch {
    return '';
  }
}
