import { setTimeout } from 'node:timers/promises';
import type { Docker } from '../docker/docker.ts';
import { DecnetError, type ExitCode, exitCodes } from '../errors.ts';
import { onInterrupt, type SignalSource } from '../logs/interrupt.ts';
import type { KnownDeployment } from '../logs/sources.ts';
import { createPaint, type Environment } from '../text/paint.ts';
import { drawScreen } from './screen.ts';
import { openTerminal, type ViewInput, type ViewOutput, type ViewTerminal } from './terminal.ts';
import { type EventsRequest, startWatch, type Watch } from './watch.ts';

export interface EventsSurroundings {
  readonly stdin: ViewInput;
  readonly stdout: ViewOutput;
  readonly signals: SignalSource;
  readonly env: Environment;
}

/** Between two pictures. */
const frameMilliseconds = 250;

/**
 * Shows who is touching what until `q`, Ctrl-C or a signal ends it; answers with the exit code. Rejects with
 * `NO_TERMINAL` where there is nothing to draw on, and as `findSources`.
 */
export async function showEvents(
  docker: Docker,
  deployment: KnownDeployment,
  request: EventsRequest,
  { stdin, stdout, signals, env }: EventsSurroundings,
): Promise<ExitCode> {
  demandTerminal(stdout, env);
  const stop = new AbortController();
  const watch = await startWatch(docker, { deployment, request }, stop.signal);
  let exitCode: ExitCode = exitCodes.done;
  const interrupt = onInterrupt(signals, () => stop.abort());
  const terminal = openTerminal(stdin, stdout, {
    onKey: (key) => {
      const code = endingKeys[key];
      if (code === undefined || stop.signal.aborted) return;
      exitCode = code;
      stop.abort();
    },
    onGone: () => stop.abort(),
  });
  try {
    const view = { deployment: deployment.name, since: request.since, env };
    // Whichever ends first: a read that hangs keeps nobody from leaving.
    await Promise.race([watch.ended, drawUntil(stop.signal, watch, terminal, view)]);
  } finally {
    stop.abort();
    terminal.close();
    interrupt.dispose();
  }
  return interrupt.exitCode() ?? exitCode;
}

/** A keyboard in raw mode makes no signal of Ctrl-C. */
const endingKeys: Readonly<Record<string, ExitCode>> = {
  q: exitCodes.done,
  Q: exitCodes.done,
  '\x03': exitCodes.interrupted,
};

interface View {
  readonly deployment: string;
  readonly since: string;
  readonly env: Environment;
}

async function drawUntil(
  signal: AbortSignal,
  watch: Watch,
  terminal: ViewTerminal,
  { deployment, since, env }: View,
): Promise<void> {
  const paint = createPaint(true, env);
  while (!signal.aborted) {
    const frame = { deployment, since, now: Date.now() };
    terminal.draw(drawScreen(watch.seen(), frame, terminal.size(), paint));
    await setTimeout(frameMilliseconds, undefined, { signal }).catch(() => {});
  }
}

function demandTerminal(stdout: ViewOutput, env: Environment): void {
  if (stdout.isTTY === true && env.TERM !== 'dumb') return;
  throw new DecnetError('The live view needs a terminal that it can draw on', {
    code: 'NO_TERMINAL',
    hint: 'For a pipe or a file: decnet logs --follow',
    exitCode: exitCodes.usage,
  });
}
