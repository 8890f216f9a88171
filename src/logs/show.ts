import { setTimeout } from 'node:timers/promises';
import type { Docker } from '../docker/docker.ts';
import { type ExitCode, exitCodes } from '../errors.ts';
import { createPaint, type Environment } from '../text/paint.ts';
import { safeText } from '../text/safe.ts';
import { collectLogs } from './collect.ts';
import { type Filter, toAccepts } from './filter.ts';
import { formatHuman, formatJson } from './format.ts';
import { onInterrupt, type SignalSource } from './interrupt.ts';
import { createLineWriter } from './line-writer.ts';
import { findSources, type KnownDeployment, type Selection, type Source } from './sources.ts';

export interface LogsRequest extends Selection, Filter {
  readonly follow: boolean;
  readonly json: boolean;
  /** RFC 3339. */
  readonly since?: string;
  /** Of each service. */
  readonly tail?: number;
}

/** Where lines go to, and where signals come from. */
export interface LogsSurroundings {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
  readonly signals: SignalSource;
  readonly env: Environment;
}

/** Writes the lines that are asked for to stdout. Answers with the exit code: 0, 1 when a log could not be read, or a signal's. */
export async function showLogs(
  docker: Docker,
  deployment: KnownDeployment,
  request: LogsRequest,
  surroundings: LogsSurroundings,
): Promise<ExitCode> {
  const { stdout, stderr, signals, env } = surroundings;
  const stop = new AbortController();
  const { signal } = stop;
  const interrupt = onInterrupt(signals, () => stop.abort());
  const writer = createLineWriter(stdout, () => stop.abort());
  const paint = createPaint(stdout.isTTY === true, env);
  let hasLost = false;
  const onLost = (source: Source, error: unknown): void => {
    hasLost = true;
    const reason = error instanceof Error ? error.message : String(error);
    stderr.write(`${safeText(`cannot read the log of ${source.decky} ${source.service}: ${reason}`)}\n`);
  };
  const sleep = (milliseconds: number): Promise<void> =>
    setTimeout(milliseconds, undefined, { signal }).catch(() => {});
  const tail = request.tail === undefined ? {} : { tail: request.tail };
  const since = request.since === undefined ? {} : { since: request.since };
  const accepts = toAccepts(request);
  try {
    const sources = await findSources(docker, deployment, request);
    const rest = { signal, onLost, sleep, now: Date.now };
    const options = { follow: request.follow, ...tail, ...since, accepts, ...rest };
    for await (const record of collectLogs(docker, sources, options)) {
      if (!(await writer.write(request.json ? formatJson(record) : formatHuman(record, paint)))) break;
      if (interrupt.exitCode() !== null) break;
    }
  } finally {
    stop.abort();
    interrupt.dispose();
  }
  return interrupt.exitCode() ?? (hasLost ? exitCodes.stepFailed : exitCodes.done);
}
