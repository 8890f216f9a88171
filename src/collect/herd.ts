import type { Container, Docker } from '../docker/docker.ts';
import { labels } from '../fleet/names.ts';
import { type Source, toSource } from '../logs/sources.ts';
import type { Deployment } from './deployment.ts';
import { type Following, followContainer } from './follow-container.ts';
import { beginning, type Place } from './place.ts';
import type { Positions } from './positions.ts';

export interface HerdOptions extends Omit<Following, 'docker' | 'deployment' | 'place'> {
  readonly docker: Docker;
  readonly positions: Positions;
  /** Told when a container's log cannot be read, though the container is there. The rest goes on. */
  readonly onLost: (source: Source, error: unknown) => void;
  /** Called when a log has ended: it may be time to look again. */
  readonly onEnd: () => void;
  /** Waits before a log that could not be read is tried again. */
  readonly sleep: () => Promise<void>;
}

/** The containers that are followed. */
export interface Herd {
  /** Follows whoever of the deployment is not followed and may have more to say. */
  look(deployment: Deployment): Promise<void>;
  /** Something happened to a container. */
  changed(container: string): void;
  /** Things may have happened that nobody saw. */
  changedUnseen(): void;
  /** Whether Docker may still have a container. */
  isThere(container: string): boolean;
  /** Resolves when nobody is followed any more: once the signal aborted. */
  ended(): Promise<void>;
}

export function createHerd(options: HerdOptions): Herd {
  const { docker, signal } = options;
  const places = new Map<string, Place>(options.positions);
  const followed = new Map<string, Promise<void>>();
  /** Those that ended and were read to their end. Whatever happens to one takes it out. */
  const finished = new Set<string>();
  /** Those followed that something happened to meanwhile. */
  const stirred = new Set<string>();
  let listed: ReadonlySet<string> | null = null;

  const isThere = (container: string): boolean =>
    listed === null || listed.has(container) || followed.has(container);

  function mayHaveMore({ id, state }: Container): boolean {
    return !followed.has(id) && (state === 'running' || state === 'paused' || !finished.has(id));
  }

  function follow(source: Source, deployment: string): void {
    const { id } = source;
    stirred.delete(id);
    const reading = readToEnd(source, deployment).finally(() => {
      followed.delete(id);
      options.onEnd();
    });
    followed.set(id, reading);
  }

  async function readToEnd(source: Source, deployment: string): Promise<void> {
    const { id } = source;
    const following = { ...options, deployment, place: places.get(id) ?? beginning };
    try {
      await followContainer(source, following, (place) => places.set(id, place));
      // It may have been started again meanwhile, and have ended once more.
      if (!stirred.has(id)) finished.add(id);
    } catch (error) {
      if (signal.aborted) return;
      // With the engine all logs end at once, and a container may be gone: neither is a trouble of the log.
      const isGone = (await docker.inspectContainer(id).catch(() => null)) === null;
      if (!isGone) options.onLost(source, error);
      await options.sleep();
    }
  }

  return {
    async look({ name }) {
      const containers = await docker.listContainers(labels.deployment, name);
      if (signal.aborted) return;
      listed = new Set(containers.map(({ id }) => id));
      for (const id of [...places.keys(), ...finished]) {
        if (isThere(id)) continue;
        places.delete(id);
        finished.delete(id);
      }
      for (const container of containers) {
        const [source] = container.labels[labels.deployment] === name ? toSource(container) : [];
        if (source !== undefined && mayHaveMore(container)) follow(source, name);
      }
    },
    changed(container) {
      finished.delete(container);
      if (followed.has(container)) stirred.add(container);
    },
    changedUnseen: () => finished.clear(),
    isThere,
    ended: async () => {
      await Promise.all(followed.values());
    },
  };
}
