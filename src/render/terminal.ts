import type { Event } from '../events/events.ts';
import { createPaint, type Environment } from '../text/paint.ts';
import type { StepList } from './list.ts';
import { plainLines } from './plain.ts';
import type { Renderer } from './renderer.ts';
import { openSink } from './sink.ts';

export interface TerminalOptions {
  readonly stream?: NodeJS.WriteStream;
  readonly env?: Environment;
}

/**
 * A list that redraws itself, on stderr. Events are shown one after the other behind the caller's back: what
 * draws (listr2) is loaded at the first run, and a list must have ended before the next line is written.
 */
export function renderTerminal({
  stream = process.stderr,
  env = process.env,
}: TerminalOptions = {}): Renderer {
  const sink = openSink(stream);
  const paint = createPaint(true, env);
  let list: StepList | null = null;
  let command = 'run';
  let below: string[] = [];
  let isBroken = false;

  const say = (event: Event): void => {
    const lines = plainLines(event, command, paint);
    if (list === null) for (const line of lines) sink.line(line);
    else below.push(...lines);
  };
  const endList = async (): Promise<void> => {
    const ending = list;
    await ending?.finish();
    list = null;
    for (const line of below) sink.line(line);
    below = [];
  };
  const show = async (event: Event): Promise<void> => {
    if (event.type === 'run-started') {
      await endList();
      command = event.command;
      say(event);
      const { startList } = await import('./list.ts');
      list = startList(event.steps, stream, paint);
    } else if (event.type === 'run-finished') {
      await endList();
      say(event);
    } else if (event.type === 'warning' || list === null || !list.show(event)) {
      say(event);
    }
  };
  // A list that cannot be drawn becomes plain lines: showing never ends a run.
  const showOrTell = (event: Event): Promise<void> => {
    if (isBroken) return Promise.resolve(say(event));
    return show(event).catch(() => {
      isBroken = true;
      list = null;
      say(event);
    });
  };

  let shown = Promise.resolve();
  return {
    listener: (event) => {
      shown = shown.then(() => showOrTell(event));
    },
    close: async () => {
      await shown;
      await endList().catch(() => {});
      await sink.flush();
    },
  };
}
