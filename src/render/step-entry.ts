import type { StepHeading } from '../events/events.ts';
import { formatDuration } from '../text/duration.ts';
import type { Paint } from '../text/paint.ts';
import { firstLine, safeLines, safeText } from '../text/safe.ts';
import type { StepEvent } from './plain.ts';

/** How many of a child's last lines stand under its step. */
const shownLines = 4;

type Verdict = 'good' | 'skipped' | 'bad';

/** How a step ended, in words. */
export interface Ending {
  readonly verdict: Verdict;
  readonly title: string;
  readonly message: string;
}

/** What the list says about one step now. */
export interface StepEntry {
  readonly id: string;
  readonly title: string;
  /** Null until it is settled. */
  readonly ending: Ending | null;
  /** The last lines of its child. */
  readonly lines: readonly string[];
}

export function newEntry(heading: StepHeading): StepEntry {
  return { id: heading.id, title: safeText(heading.title), ending: null, lines: [] };
}

/** The entry with a line of output below it, cut to `width` code points. */
export function withLine(entry: StepEntry, text: string, width: number): StepEntry {
  const characters = [...safeText(text)];
  const line =
    characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : characters.join('');
  if (line.trim() === '') return entry;
  return { ...entry, lines: [...entry.lines, line].slice(-shownLines) };
}

/** The entry after an event of its step. `base` is the step's title without a status. */
export function withEvent(entry: StepEntry, base: string, event: StepEvent, paint: Paint): StepEntry {
  const titled = (words: string): string => (words === '' ? base : `${base} ${paint.dim(words)}`);
  const settled = (verdict: Verdict, words: string, message = ''): StepEntry => {
    const title = titled(safeText(words));
    return { ...entry, title, ending: { verdict, title, message: safeLines(message).join('\n') } };
  };
  switch (event.type) {
    case 'step-started':
      return { ...entry, title: titled(event.attempt > 1 ? `attempt ${event.attempt}` : '') };
    case 'step-undoing':
      return { ...entry, title: titled('undoing') };
    case 'step-drifted':
      return { ...entry, title: titled(safeText(event.differences[0] ?? '')) };
    case 'step-retrying': {
      const wait = formatDuration(event.delayMs);
      const title = titled(
        safeText(`attempt ${event.attempt} failed, next in ${wait}: ${firstLine(event.error.message)}`),
      );
      return { ...entry, title };
    }
    case 'step-kept':
      return settled('good', 'kept');
    case 'step-done':
      return settled('good', formatDuration(event.durationMs));
    case 'step-undone':
      return settled('good', `undone ${formatDuration(event.durationMs)}`);
    case 'step-skipped':
      return settled('skipped', `skipped: ${event.reason}`);
    case 'step-interrupted':
      return settled('bad', `interrupted by ${event.signal}`);
    case 'step-failed':
      return settled(
        'bad',
        `failed after ${formatDuration(event.durationMs)}`,
        firstLine(event.error.message),
      );
    case 'step-undo-failed':
      return settled(
        'bad',
        `not undone after ${formatDuration(event.durationMs)}`,
        firstLine(event.error.message),
      );
  }
}
