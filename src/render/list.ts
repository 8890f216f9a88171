import { setImmediate } from 'node:timers/promises';
import { Listr, type ListrDefaultRendererLogLevels, ListrLogger, type ListrTask } from 'listr2';
import type { Output, StepHeading } from '../events/events.ts';
import type { Paint } from '../text/paint.ts';
import type { StepEvent } from './plain.ts';
import { ListRenderer, Screen } from './screen.ts';
import { newEntry, withEvent, withLine } from './step-entry.ts';
import { createTask, type TaskHandle } from './task.ts';

/** A list of steps on a terminal. */
export interface StepList {
  /** False when the list has no open step for it: it has to be told in another way. */
  show(event: StepEvent | Output): boolean;
  /** Draws the list for the last time. Steps that never started stay as they are. */
  finish(): Promise<void>;
}

/** At most so often are lines of output drawn: a child may print thousands a second. */
const redrawMilliseconds = 100;

/** Starts to draw. One listr task a step; listr2 shows, it never decides: each waits for the events of its step. */
export function startList(
  headings: readonly StepHeading[],
  stream: NodeJS.WriteStream,
  paint: Paint,
): StepList {
  const handles = new Map(headings.map((heading) => [heading.id, createTask(newEntry(heading))]));
  const drawing = draw(
    [...handles.values()].map((handle) => handle.task),
    stream,
    paint,
  );
  const redraw = throttle(() => {
    for (const handle of handles.values()) handle.drawLines();
  });
  const find = (event: StepEvent | Output): TaskHandle | null => {
    const handle = handles.get(event.step);
    return handle === undefined || handle.entry().ending !== null ? null : handle;
  };
  return {
    show: (event) => {
      const handle = find(event);
      if (handle === null) return false;
      if (event.type === 'output') {
        handle.update(withLine(handle.entry(), event.text, (stream.columns ?? 80) - 6));
        redraw.soon();
        return true;
      }
      handle.update(withEvent(handle.entry(), handle.base, event, paint));
      handle.begin();
      return true;
    },
    finish: async () => {
      redraw.stop();
      const renderer = await drawing;
      await Promise.all([...handles.values()].map((handle) => handle.leave(paint)));
      // The promises of the tasks are settled; what listr2 makes of that runs before the next turn.
      await setImmediate();
      renderer.end();
    },
  };
}

type Levels = `${ListrDefaultRendererLogLevels}`;

/** Resolves to the renderer when the list stands. A step that never starts keeps listr2 waiting for ever, which holds nothing. */
function draw(tasks: ListrTask[], stream: NodeJS.WriteStream, paint: Paint): Promise<ListRenderer> {
  const color: Partial<Record<Levels, (text?: string) => string>> = {
    WAITING: (text = '') => paint.dim(text),
    PENDING: (text = '') => paint.yellow(text),
    COMPLETED: (text = '') => paint.green(text),
    SKIPPED_WITH_COLLAPSE: (text = '') => paint.yellow(text),
    FAILED: (text = '') => paint.red(text),
  };
  return new Promise((resolve, reject) => {
    class Announced extends ListRenderer {
      override async render(): Promise<void> {
        await super.render();
        resolve(this);
      }
    }
    const list = new Listr(tasks, {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      renderer: Announced,
      rendererOptions: {
        collapseErrors: false,
        color,
        logger: new ListrLogger({ processOutput: new Screen(stream) }),
      },
    });
    list.run().catch(reject);
  });
}

function throttle(action: () => void): { soon(): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null;
  return {
    soon: () => {
      timer ??= setTimeout(() => {
        timer = null;
        action();
      }, redrawMilliseconds);
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
