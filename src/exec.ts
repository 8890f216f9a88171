/** A program that was started: enough to find it again, and to tell it from a later one with the same pid. */
export interface ChildIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat, clock ticks after boot (proc_pid_stat(5)). */
  readonly startTime: string;
}

export interface ExecOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds; the child is ended (TERM, after 10 s KILL) when they are over. */
  readonly timeout?: number;
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Each line that the child prints, as it prints it. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Called once the child runs; awaited before its result is. */
  readonly onSpawn?: (child: ChildIdentity) => Promise<void>;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program with an argument array, never through a shell, in a process group of its own.
 * A non-zero exit is a result, not an error. Rejects with a `DecnetError` when the program cannot be
 * started (`PROGRAM_MISSING`), was ended by the signal (`ABORTED`) or by the timeout (`TIMED_OUT`, retryable).
 */
export type Exec = (file: string, args: readonly string[], options?: ExecOptions) => Promise<ExecResult>;
