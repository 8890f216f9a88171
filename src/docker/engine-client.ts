import type Dockerode from 'dockerode';
import { z } from 'zod';
import { DecnetError, exitCodes } from '../errors.ts';
import { classifyDocker } from './classify.ts';

/** The engine answers most calls in milliseconds; removing a container waits for its kernel. Idle time on the socket. */
const timeout = 120_000;

export interface EngineClient {
  /** Asks and parses. `action` is half a sentence, for the error: `inspect the network decnet-office`. */
  ask<T extends z.ZodType>(action: string, schema: T, call: Call): Promise<z.output<T>>;
  /** As `ask`; null when the engine answers 404. */
  askIfThere<T extends z.ZodType>(action: string, schema: T, call: Call): Promise<z.output<T> | null>;
  /** A call whose reply is a stream, and which may be silent for long. */
  open<R>(action: string, call: (docker: Dockerode) => Promise<R>): Promise<R>;
}

type Call = (docker: Dockerode) => Promise<unknown>;

/** dockerode is loaded by the first call: most commands start without it. `DOCKER_HOST` is read by dockerode. */
export function createEngineClient(socket?: string): EngineClient {
  const clients = new Map<number, Promise<Dockerode>>();
  // DOCKER_HOST wins over `socketPath` in docker-modem, unless `host` is taken away.
  const target = socket === undefined ? {} : { socketPath: socket, host: undefined };

  function connect(idle: number): Promise<Dockerode> {
    const known = clients.get(idle);
    if (known !== undefined) return known;
    const client = import('dockerode').then(
      ({ default: Docker }) => new Docker({ ...target, timeout: idle }),
    );
    clients.set(idle, client);
    return client;
  }

  async function open<R>(action: string, call: (docker: Dockerode) => Promise<R>, idle = 0): Promise<R> {
    try {
      return await call(await connect(idle));
    } catch (error) {
      throw engineError(action, error);
    }
  }

  async function ask<T extends z.ZodType>(action: string, schema: T, call: Call): Promise<z.output<T>> {
    return parseReply(action, schema, await open(action, call, timeout));
  }

  return {
    ask,
    open: (action, call) => open(action, call),
    askIfThere: async (action, schema, call) => {
      try {
        return await ask(action, schema, call);
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },
  };
}

const replySchema = z.object({ statusCode: z.int() });

/** The engine's HTTP status behind an error, or behind the `DecnetError` that was made of it. */
export function statusOf(error: unknown): number | undefined {
  const reply = replySchema.safeParse(error instanceof DecnetError ? error.cause : error);
  return reply.data?.statusCode;
}

/** Anything that a call threw, classified. */
export function engineError(action: string, error: unknown): DecnetError {
  if (error instanceof DecnetError) return error;
  const status = statusOf(error);
  return classifyDocker(textOf(error), { action, cause: error, ...(status === undefined ? {} : { status }) });
}

/** `connect ECONNREFUSED` to a name with several addresses comes as an AggregateError without a message. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(textOf).join('\n');
  return error instanceof Error ? error.message : String(error);
}

function parseReply<T extends z.ZodType>(action: string, schema: T, reply: unknown): z.output<T> {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  throw new DecnetError(
    `Could not ${action}: the engine's reply is not understood. ${z.prettifyError(parsed.error)}`,
    {
      code: 'DOCKER_REPLY_UNKNOWN',
      hint: 'Compare `docker version` with the requirements in the README, and report this if it is newer.',
      exitCode: exitCodes.bug,
      cause: parsed.error,
    },
  );
}
