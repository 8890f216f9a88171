import { rm } from 'node:fs/promises';
import type { Paths } from '../../src/state/paths.ts';
import { openStore, type Store } from '../../src/state/store.ts';
import { writeHalf } from './fake-files.ts';
import type { Faults } from './faults.ts';

/** The real store, where each durable write is a call that can fail, and a point to be killed at. */
export function createFakeStore(faults: Faults): typeof openStore {
  return async (paths, host, damaged) => {
    const real = await openStore(paths, host, damaged);
    return { ...real, ...failing(real, paths, faults) };
  };
}

function failing(real: Store, paths: Paths, { effect }: Faults): Partial<Store> {
  return {
    update: (change) =>
      effect('state.update', {
        whole: () => real.update(change),
        half: () => writeHalf(paths.state, JSON.stringify(change(real.current()))),
      }),
    keepBackup: () =>
      effect('state.keepBackup', {
        whole: () => real.keepBackup(),
        half: () => writeHalf(paths.backup, JSON.stringify(real.current())),
      }),
    dropBackup: () => effect('state.dropBackup', { whole: () => real.dropBackup() }),
    discard: () =>
      effect('state.discard', {
        whole: () => real.discard(),
        half: () => rm(paths.backup, { force: true }),
      }),
  };
}
