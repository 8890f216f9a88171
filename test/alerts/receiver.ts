import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

const bodySchema = z.strictObject({
  text: z.string(),
  deployment: z.string(),
  alerts: z.array(z.looseObject({ id: z.string() })),
  dropped: z.number(),
});

interface Received extends z.infer<typeof bodySchema> {
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
  readonly ids: readonly string[];
  readonly bytes: number;
  readonly status: number;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A body that never ends. */
  readonly endless?: true;
}

/** Null: no answer at all. */
type Decide = (received: Omit<Received, 'status'>) => Answer | null;

export interface Receiver {
  readonly port: number;
  readonly url: string;
  readonly received: readonly Received[];
  /** Ids of all alerts that were taken, in order. */
  readonly taken: () => readonly string[];
}

/** A webhook on loopback. It is gone after the test. */
export async function receiver(decide: Decide = () => ({ status: 200 })): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const parsed = bodySchema.parse(JSON.parse(body));
    const ids = parsed.alerts.map(({ id }) => id);
    const { headers, url: path = '' } = request;
    const one = { ...parsed, headers, path, ids, bytes: Buffer.byteLength(body) };
    const answer = decide(one);
    received.push({ ...one, status: answer?.status ?? 0 });
    if (answer === null) return;
    response.writeHead(answer.status, answer.headers);
    if (answer.endless) response.write('and so on');
    else response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It does not listen');
  const { port } = address;
  const taken = () =>
    received.filter(({ status }) => status >= 200 && status < 300).flatMap(({ ids }) => ids);
  return { port, url: `http://127.0.0.1:${port}/hook/hunter2`, received, taken };
}
