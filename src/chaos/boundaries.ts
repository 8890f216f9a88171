import type { World } from '../runner/step.ts';
import { openStore, type Store } from '../state/store.ts';

/** Told before and after everything that changes the world or the state file, with its name. */
export type AtBoundary = (name: string) => Promise<void>;

/** The world, where every call that changes anything is told of. Calls that only look are no boundaries. */
export function watchedWorld(world: World, atBoundary: AtBoundary): World {
  const { docker, host, compose, images, files } = world;
  const watched = watcher(atBoundary);
  return {
    ...world,
    docker: {
      ...docker,
      createNetwork: watched('docker.createNetwork', docker.createNetwork),
      removeNetwork: watched('docker.removeNetwork', docker.removeNetwork),
      removeContainer: watched('docker.removeContainer', docker.removeContainer),
      removeImage: watched('docker.removeImage', docker.removeImage),
      importImage: watched('docker.importImage', docker.importImage),
    },
    host: {
      ...host,
      addLink: watched('host.addLink', host.addLink),
      deleteLink: watched('host.deleteLink', host.deleteLink),
      setLinkUp: watched('host.setLinkUp', host.setLinkUp),
      addAddress: watched('host.addAddress', host.addAddress),
      deleteAddress: watched('host.deleteAddress', host.deleteAddress),
      answerForOwn: watched('host.answerForOwn', host.answerForOwn),
      addRoutes: watched('host.addRoutes', host.addRoutes),
      deleteRoutes: watched('host.deleteRoutes', host.deleteRoutes),
    },
    compose: { ...compose, up: watched('compose.up', compose.up) },
    images: { ...images, build: watched('images.build', images.build) },
    files: {
      ...files,
      write: watched('files.write', files.write),
      remove: watched('files.remove', files.remove),
      stage: watched('files.stage', files.stage),
    },
  };
}

/** The real store, where every write is told of. */
export function watchedStore(atBoundary: AtBoundary): typeof openStore {
  const watched = watcher(atBoundary);
  return async (paths, host, damaged): Promise<Store> => {
    const store = await openStore(paths, host, damaged);
    return {
      current: store.current,
      update: watched('state.update', store.update),
      keepBackup: watched('state.keepBackup', store.keepBackup),
      dropBackup: watched('state.dropBackup', store.dropBackup),
      discard: watched('state.discard', store.discard),
    };
  };
}

function watcher(atBoundary: AtBoundary) {
  return <Args extends readonly unknown[], Result>(
    name: string,
    effect: (...args: Args) => Promise<Result>,
  ): ((...args: Args) => Promise<Result>) => {
    return async (...args) => {
      await atBoundary(`before ${name}`);
      const result = await effect(...args);
      await atBoundary(`after ${name}`);
      return result;
    };
  };
}
