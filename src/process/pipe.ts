import { setMaxListeners } from 'node:events';
import { ExecaError, execa } from 'execa';
import { DecnetError } from '../errors.ts';

/** A program and its arguments. */
export type Command = readonly [file: string, ...args: string[]];

/** Runs two programs with the first one's output as the second one's input. Both must end with 0. */
export type Pipe = (from: Command, to: Command, signal: AbortSignal) => Promise<void>;

/** The real `Pipe`. Rejects with `ABORTED`, or `PIPE_FAILED` and the last line that one of them complained with. */
export async function pipe(from: Command, to: Command, signal: AbortSignal): Promise<void> {
  setMaxListeners(0, signal); // execa adds some for each child: no leak
  const options = { cancelSignal: signal, buffer: { stdout: false } } as const;
  const [source, ...sourceArgs] = from;
  const [target, ...targetArgs] = to;
  try {
    await execa(source, sourceArgs, options).pipe(target, targetArgs, options);
  } catch (error) {
    if (signal.aborted)
      throw new DecnetError(`${source} | ${target} was ended on request`, { code: 'ABORTED' });
    throw new DecnetError(`${from.join(' ')} | ${target}: ${reasonOf(error)}`, {
      code: 'PIPE_FAILED',
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof ExecaError)) return String(error);
  const printed: unknown = error.stderr;
  const complaint = typeof printed === 'string' ? printed.trim().split('\n').at(-1) : '';
  return complaint || error.shortMessage;
}
