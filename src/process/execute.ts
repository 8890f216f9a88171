import { setMaxListeners } from 'node:events';
import { constants } from 'node:os';
import { execa } from 'execa';
import { DecnetError, toDecnetError } from '../errors.ts';
import type { ExecOptions, ExecResult } from '../exec.ts';
import { terminateGroup } from './child.ts';
import { followOutput } from './output.ts';
import { readProcessStat } from './process-stat.ts';

export { endGroup, isAlive } from './child.ts';

/** How long a child has to end by itself after TERM, milliseconds. */
const grace = 10_000;

/** A daemon that a child leaves behind may hold the child's pipes: wait this long for their end, no longer. */
const drainTime = 2_000;

type Ending =
  | { readonly why: 'aborted' | 'timed-out' }
  | { readonly why: 'not-recorded'; readonly cause: unknown };

/** The real `Exec`, on execa: see the type for its contract. Of each stream the last 1 MiB is kept. */
export async function execute(
  file: string,
  args: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  if (options.signal?.aborted) throw endedError(file, { why: 'aborted' });
  const subprocess = execa(file, args, {
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    extendEnv: true,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const stdout = followOutput(subprocess.stdout, (line) => options.onLine?.(line, 'stdout'));
  const stderr = followOutput(subprocess.stderr, (line) => options.onLine?.(line, 'stderr'));
  subprocess.once('exit', () => {
    const drained = setTimeout(() => {
      subprocess.stdout.destroy();
      subprocess.stderr.destroy();
    }, drainTime);
    subprocess.once('close', () => clearTimeout(drained));
  });
  const { pid } = subprocess;
  if (pid === undefined) throw missingError(file, await subprocess);

  const watch = watchChild(pid, options);
  const result = await subprocess;
  const printed = { stdout: stdout.finish(), stderr: stderr.finish() };
  const ending = await watch.settled();
  if (ending !== null) throw endedError(file, ending);
  return { exitCode: exitCodeOf(result), ...printed };
}

/** Ends the child's group on abort, on timeout, and when the child cannot be recorded. */
function watchChild(pid: number, options: ExecOptions): { settled(): Promise<Ending | null> } {
  let ending: Ending | null = null;
  let terminated = Promise.resolve();
  const end = (reason: Ending): void => {
    if (ending !== null) return;
    ending = reason;
    terminated = terminateGroup(pid, grace);
  };
  const abort = (): void => end({ why: 'aborted' });
  // Many children may run under one signal: no leak.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  options.signal?.addEventListener('abort', abort, { once: true });
  const timer =
    options.timeout === undefined ? undefined : setTimeout(() => end({ why: 'timed-out' }), options.timeout);
  const spawned = announce(pid, options).catch((cause: unknown) => end({ why: 'not-recorded', cause }));
  return {
    async settled() {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
      await spawned;
      await terminated;
      return ending;
    },
  };
}

async function announce(pid: number, options: ExecOptions): Promise<void> {
  if (options.onSpawn === undefined) return;
  // Our own child stays a zombie until we reap it, so that its start time is there unless it was that quick.
  const stat = await readProcessStat(pid);
  if (stat !== null) await options.onSpawn({ pid, startTime: stat.startTime });
}

function exitCodeOf(result: { readonly exitCode?: number; readonly signal?: string }): number {
  if (result.exitCode !== undefined) return result.exitCode;
  const number = Object.entries(constants.signals).find(([name]) => name === result.signal)?.[1];
  return 128 + (number ?? 0);
}

function endedError(file: string, ending: Ending): DecnetError {
  if (ending.why === 'not-recorded') return toDecnetError(ending.cause);
  if (ending.why === 'aborted') return new DecnetError(`${file} was ended on request`, { code: 'ABORTED' });
  return new DecnetError(`${file} took too long and was ended`, { code: 'TIMED_OUT', retryable: true });
}

function missingError(file: string, result: unknown): DecnetError {
  const reason =
    result instanceof Error && 'shortMessage' in result ? String(result.shortMessage) : 'cannot be started';
  return new DecnetError(`${file} cannot be started: ${reason}`, {
    code: 'PROGRAM_MISSING',
    hint: `Install ${file}, or put it on PATH.`,
    cause: result,
  });
}
