import type { ClaimFiles } from '../ownership/claim-files.ts';
import type { Pipelines } from '../pipeline/schema.ts';
import type { LockOwner } from '../state/lock.ts';
import type { Step, World } from './step.ts';

/** Everything that a walk needs from outside: put together in `deps.ts`, faked in tests. */
export interface Engine {
  readonly world: World;
  readonly steps: ReadonlyMap<string, Step>;
  readonly pipelines: Pipelines;
  /** This process, for locks. */
  readonly self: Omit<LockOwner, 'command'>;
  /** One lock file a network namespace. */
  readonly hostLock: string;
  /** Of a deployment by its name, on this host. */
  claimFiles(deployment: string): ClaimFiles;
  /** The working directory: where a command finds its state file without being told. */
  readonly folder: string;
  /** Milliseconds before the second attempt of a step that may be tried again. */
  readonly firstPause: number;
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}
