import { setTimeout } from 'node:timers/promises';
import type { Docker } from '../docker/docker.ts';
import { type Filter, toAccepts } from '../logs/filter.ts';
import { findSources, type KnownDeployment, type Selection, type Source } from '../logs/sources.ts';
import { followFleet } from './follow-fleet.ts';
import { createTally, type Touches } from './tally.ts';

export interface EventsRequest extends Selection, Filter {
  /** RFC 3339. */
  readonly since: string;
}

/** What went wrong with reading, and when, milliseconds since the epoch. */
interface Trouble {
  readonly text: string;
  readonly at: number;
}

/** What is known at a moment. */
export interface Seen {
  readonly touches: Touches;
  /** What was logged before is still being read. */
  readonly isReading: boolean;
  /** The last; null when there was none. */
  readonly trouble: Trouble | null;
}

export interface Watch {
  /** Settles once the signal aborted and all reading has ended. */
  readonly ended: Promise<void>;
  seen(): Seen;
}

/** Counts what a deployment logs until the signal aborts. Rejects as `findSources`. */
export async function startWatch(
  docker: Docker,
  { deployment, request }: { readonly deployment: KnownDeployment; readonly request: EventsRequest },
  signal: AbortSignal,
): Promise<Watch> {
  const find = (): Promise<readonly Source[]> => findSources(docker, deployment, request);
  const sources = await find();
  const tally = createTally();
  let isReading = true;
  let trouble: Trouble | null = null;
  const note = (what: string, error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    trouble = { text: `${what}: ${reason}`, at: Date.now() };
  };
  const ended = followFleet(docker, sources, {
    since: request.since,
    accepts: toAccepts(request),
    signal,
    sleep: (milliseconds) => setTimeout(milliseconds, undefined, { signal }).catch(() => {}),
    now: Date.now,
    findSources: find,
    onRecord: tally.add,
    onCaughtUp: () => {
      isReading = false;
    },
    onLost: ({ decky, service }, error) => note(`cannot read the log of ${decky} ${service}`, error),
    onTrouble: (error) => note('cannot follow the fleet', error),
  });
  return { ended, seen: () => ({ touches: tally.touches(), isReading, trouble }) };
}
