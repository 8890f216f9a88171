import type { Event } from '../events/events.ts';
import { formatDuration } from '../text/duration.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { firstLine, safeText } from '../text/safe.ts';
import { headingLine, outcomeLines } from './outcome.ts';
import type { Renderer } from './renderer.ts';
import { openSink } from './sink.ts';

/** One plain line an event, for logs, pipes and `grep`. */
export function renderPlain(stream: NodeJS.WritableStream = process.stderr): Renderer {
  const sink = openSink(stream);
  const paint = createPaint(false, {});
  let command = 'run';
  return {
    listener: (event) => {
      if (event.type === 'run-started') command = event.command;
      for (const line of plainLines(event, command, paint)) sink.line(line);
    },
    close: () => sink.flush(),
  };
}

/** An event in words. Only the end of a run takes more than one line. */
export function plainLines(event: Event, command: string, paint: Paint): string[] {
  switch (event.type) {
    case 'run-started':
      return [headingLine(event)];
    case 'run-finished':
      return outcomeLines(event, command, paint);
    case 'warning':
      return [`${paint.yellow('warning:')} ${safeText(event.text)}`];
    case 'output':
      return [`${safeText(event.step)} | ${safeText(event.text)}`];
    default:
      return [safeText(`step ${event.step}: ${stepWords(event)}`)];
  }
}

/** What happens at a step: every event that names one, but its output. */
export type StepEvent = Exclude<Extract<Event, { readonly step: string }>, { readonly type: 'output' }>;

function stepWords(event: StepEvent): string {
  switch (event.type) {
    case 'step-started':
      return event.attempt > 1 ? `started, attempt ${event.attempt}` : 'started';
    case 'step-kept':
      return `kept, checked in ${formatDuration(event.durationMs)}`;
    case 'step-drifted':
      return `not as it should be: ${event.differences.join('; ')}`;
    case 'step-done':
      return `done in ${formatDuration(event.durationMs)}`;
    case 'step-skipped':
      return `skipped: ${event.reason}`;
    case 'step-retrying':
      return `attempt ${event.attempt} failed, next in ${formatDuration(event.delayMs)}: ${firstLine(event.error.message)}`;
    case 'step-failed':
      return `failed after ${formatDuration(event.durationMs)}: ${firstLine(event.error.message)}`;
    case 'step-interrupted':
      return `interrupted by ${event.signal}`;
    case 'step-undoing':
      return 'undoing';
    case 'step-undone':
      return `undone in ${formatDuration(event.durationMs)}`;
    case 'step-undo-failed':
      return `undo failed after ${formatDuration(event.durationMs)}: ${firstLine(event.error.message)}`;
  }
}
