import type { Orphans } from '../ownership/orphans.ts';
import { namesOf, orphansOf, removeOrphans } from '../runner/remove-orphans.ts';
import { type OperationOptions, surroundingsOf } from './options.ts';

export interface OrphanOptions extends Pick<OperationOptions, 'statePath' | 'signal'> {
  /** Remove what is found; without it nothing is changed. */
  readonly remove?: boolean;
  /** Told what is removed, a line each. */
  readonly onLine?: (line: string) => void;
}

/**
 * Everything of decnet on this host that no state file accounts for, by marks; removed when asked. The state file of
 * `statePath` counts, and those that the objects themselves tell of. Rejects with exit code 5 where something could
 * not be removed.
 */
export async function orphans(options: OrphanOptions = {}): Promise<Orphans> {
  const { engine, paths, signal } = await surroundingsOf(options);
  const found = await orphansOf({ engine, paths });
  if (options.remove && namesOf(found).length > 0) {
    await removeOrphans({ engine, paths, signal, say: options.onLine ?? (() => {}) }, found);
  }
  return found;
}
