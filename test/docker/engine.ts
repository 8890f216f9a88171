import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface FakeEngine {
  readonly socket: string;
  /** `METHOD path?query`, decoded, in the order they came. */
  readonly requests: readonly string[];
  /** What came as JSON, in the order it came. */
  readonly bodies: readonly unknown[];
  close(): Promise<void>;
}

/** Something that answers HTTP at a Unix socket: by `METHOD path`, else with 404 as Docker words it. */
export async function startEngine(routes: Readonly<Record<string, Handler>>): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'decnet-engine-'));
  const socket = join(folder, 'docker.sock');
  const requests: string[] = [];
  const bodies: unknown[] = [];
  const server = createServer((request, response) => {
    const url = decodeURIComponent(request.url ?? '');
    requests.push(`${request.method} ${url}`);
    const handler =
      routes[`${request.method} ${url.split('?')[0]}`] ?? json({ message: 'No such thing: x' }, 404);
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.once('end', () => {
      if (request.headers['content-type'] === 'application/json') bodies.push(JSON.parse(body));
      handler(request, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  return {
    socket,
    requests,
    bodies,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await rm(folder, { recursive: true });
    },
  };
}

/** Answers with a value as JSON. */
export function json(value: unknown, status = 200): Handler {
  return (_request, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(value));
  };
}
