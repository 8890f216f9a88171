import type { RunFinished, RunStarted } from '../events/events.ts';
import { formatDuration } from '../text/duration.ts';
import type { Paint } from '../text/paint.ts';
import { safeLines, safeText } from '../text/safe.ts';

/** The line above a run: what walks, over what, and where it is recorded. */
export function headingLine(event: RunStarted): string {
  return safeText(`${event.command} of ${event.deployment}, state in ${event.statePath}`);
}

/** What a run came to: status, error, hint, and the commands to type next. */
export function outcomeLines(event: RunFinished, command: string, paint: Paint): string[] {
  const lines = [safeText(`${command}: ${event.status} after ${formatDuration(event.durationMs)}`)];
  if (event.error !== undefined) {
    lines.push(...labelled('error', `${event.error.message} [${event.error.code}]`, paint.red));
    if (event.error.hint !== undefined) lines.push(...labelled('hint', event.error.hint, paint.yellow));
  }
  if (event.next.length > 0) lines.push('next:', ...event.next.map((next) => `  ${safeText(next)}`));
  return lines;
}

function labelled(label: string, text: string, color: (text: string) => string): string[] {
  return safeLines(text).map((line, index) => (index === 0 ? `${color(`${label}:`)} ${line}` : `  ${line}`));
}
