import type { Docker } from '../docker/docker.ts';
import { type CollectOptions, collectLogs } from '../logs/collect.ts';
import type { LogRecord } from '../logs/record.ts';
import type { Source } from '../logs/sources.ts';

/** Between two looks for containers that are new: of a decky that was added, or made again. */
const lookAgainMilliseconds = 3000;

export interface FollowOptions extends Omit<CollectOptions, 'follow' | 'tail'> {
  /** The containers that are there now. */
  readonly findSources: () => Promise<readonly Source[]>;
  readonly onRecord: (record: LogRecord) => void;
  /** Told when the containers cannot be listed, and looked for again; or when reading ended with an error. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Gives the records of all containers, and of those that come later, until the signal aborts: those of a container
 * by time, those of two that were not found together as they come.
 */
export async function followFleet(
  docker: Docker,
  first: readonly Source[],
  options: FollowOptions,
): Promise<void> {
  const { signal, findSources, onRecord, onTrouble, sleep } = options;
  const following: Promise<void>[] = [];
  let known: ReadonlySet<string> = new Set();

  const follow = async (sources: readonly Source[]): Promise<void> => {
    for await (const record of collectLogs(docker, sources, { ...options, follow: true })) {
      onRecord(record);
      if (signal.aborted) return;
    }
  };
  const begin = (found: readonly Source[]): void => {
    const fresh = found.filter(({ id }) => !known.has(id));
    known = new Set(found.map(({ id }) => id));
    // The first time even of none: whoever waits to be told that all was read is told.
    if (fresh.length > 0 || following.length === 0) following.push(follow(fresh).catch(onTrouble));
  };

  begin(first);
  while (!signal.aborted) {
    await sleep(lookAgainMilliseconds);
    if (!signal.aborted) await findSources().then(begin, onTrouble);
  }
  await Promise.all(following);
}
