import type { ListrTask } from 'listr2';
import type { Paint } from '../text/paint.ts';
import type { Ending, StepEntry } from './step-entry.ts';

/** A step in the list, and the listr task that shows it. */
export interface TaskHandle {
  readonly task: ListrTask;
  /** The step's title without a status. */
  readonly base: string;
  entry(): StepEntry;
  update(entry: StepEntry): void;
  /** From now on it is shown as running. */
  begin(): void;
  drawLines(): void;
  /** No more events will come: resolves when the task has ended, at once when it never began. */
  leave(paint: Paint): Promise<void>;
}

interface Shown {
  title: string;
  output: string;
}

export function createTask(first: StepEntry): TaskHandle {
  const begun = defer<void>();
  const settled = defer<Ending>();
  const ended = defer<void>();
  let entry = first;
  let hasBegun = false;
  let shown: Shown | null = null;
  const drawLines = (): void => {
    const text = entry.lines.join('\n');
    if (shown !== null && shown.output !== text) shown.output = text;
  };
  const update = (next: StepEntry): void => {
    entry = next;
    // Each assignment redraws the whole list: not for a line of output.
    if (shown !== null && next.ending === null && shown.title !== next.title) shown.title = next.title;
    if (next.ending !== null) settled.resolve(next.ending);
  };
  return {
    task: {
      title: first.title,
      // Asked twice: for all tasks before the first, and again before this one. The second time it waits, so that
      // a task which listr2 would call running waits as pending.
      enabled: holdSecond(begun.promise),
      rendererOptions: { persistentOutput: true },
      task: async (_, wrapper) => {
        shown = wrapper;
        wrapper.title = entry.title;
        const ending = await settled.promise;
        shown = null;
        ended.resolve();
        if (ending.verdict === 'skipped') return wrapper.skip(ending.title);
        wrapper.title = ending.title;
        // What a child printed stays below a step that failed, and goes when all is well.
        wrapper.output = ending.verdict === 'bad' ? entry.lines.join('\n') : '';
        if (ending.verdict === 'bad') throw new Error(ending.message);
      },
    },
    base: first.title,
    entry: () => entry,
    update,
    begin: () => {
      hasBegun = true;
      begun.resolve();
    },
    drawLines,
    leave: async (paint) => {
      if (!hasBegun) return;
      const title = `${first.title} ${paint.dim('not finished')}`;
      settled.resolve(entry.ending ?? { verdict: 'bad', title, message: '' });
      await ended.promise;
    },
  };
}

function holdSecond(begun: Promise<void>): () => Promise<boolean> {
  let asked = 0;
  return async () => {
    asked += 1;
    if (asked > 1) await begun;
    return true;
  };
}

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

// Promise.withResolvers comes with Node 22.
function defer<Value>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
