import type { ContainerChange, Docker, LogLine, LogOptions } from '../../src/docker/docker.ts';
import { DecnetError } from '../../src/errors.ts';
import { type Bell, createBell } from '../../src/logs/bell.ts';
import type { Origin } from '../../src/logs/record.ts';
import { inspected, listed, unaskedDocker } from './unasked-docker.ts';

interface LiveContainer extends Origin {
  readonly id: string;
  readonly deployment: string;
  readonly lines: LogLine[];
  state: 'running' | 'exited';
}

/** An engine whose containers log, come and go while somebody follows them, and which goes away itself. */
export interface LiveDocker {
  readonly docker: Docker;
  /** Every log that was opened, and since when. */
  readonly reads: readonly { readonly id: string; readonly since: string | undefined }[];
  /** Ids of containers whose log the engine cannot read. */
  readonly unreadable: Set<string>;
  /** Starts a container, a new one or again. */
  start(id: string, marks?: Partial<Origin> & { readonly deployment?: string }): void;
  print(id: string, ...texts: readonly string[]): void;
  stop(id: string): void;
  remove(id: string): void;
  goAway(): void;
  comeBack(): void;
}

export function createLiveDocker(): LiveDocker {
  const containers = new Map<string, LiveContainer>();
  const unreadable = new Set<string>();
  const reads: { id: string; since: string | undefined }[] = [];
  const watchers = new Set<ContainerChange[]>();
  const moved = createBell();
  // In the past, as a log is.
  let clock = Date.now() - 60_000;
  let isUp = true;
  /** Another one after every absence: what was open before has ended. */
  let lifetime = 0;

  function demandUp(): void {
    if (!isUp) throw new DecnetError('No Docker Engine answers', { code: 'DOCKER_UNREACHABLE' });
  }

  function find(id: string): LiveContainer {
    const found = containers.get(id);
    if (found === undefined) throw new DecnetError(`No such container: ${id}`, { code: 'CONTAINER_MISSING' });
    return found;
  }

  function change(id: string): void {
    if (isUp) for (const changes of watchers) changes.push({ id });
    moved.ring();
  }

  async function* logs(id: string, { since, signal }: LogOptions): AsyncGenerator<LogLine> {
    demandUp();
    reads.push({ id, since });
    const container = find(id);
    if (unreadable.has(id)) throw new DecnetError('The log is damaged', { code: 'DOCKER_FAILED' });
    const born = lifetime;
    const first = container.lines.findIndex(({ time }) => since === undefined || time >= since);
    let next = first === -1 ? container.lines.length : first;
    for (;;) {
      const come = container.lines.slice(next);
      next += come.length;
      yield* come;
      if (signal.aborted || lifetime !== born) return;
      if (container.lines.length > next) continue;
      if (container.state !== 'running') return;
      await moveOf(moved, signal);
    }
  }

  async function* watch(signal: AbortSignal): AsyncGenerator<ContainerChange> {
    const changes: ContainerChange[] = [];
    const born = lifetime;
    watchers.add(changes);
    while (!signal.aborted && lifetime === born) {
      yield* changes.splice(0);
      await moveOf(moved, signal);
    }
    watchers.delete(changes);
  }

  return {
    docker: {
      ...unaskedDocker,
      logs,
      version: async () => {
        demandUp();
        return { version: '26.1.5', rootDir: '/var/lib/docker' };
      },
      listContainers: async (_label, value) => {
        demandUp();
        return [...containers.values()]
          .filter((one) => one.deployment === value)
          .map((one) => listed(one, one.state, one.deployment));
      },
      inspectContainer: async (id) => {
        demandUp();
        const found = containers.get(id);
        return found === undefined ? null : inspected(id, found.state === 'running');
      },
      watchContainers: async (_label, signal) => {
        demandUp();
        return watch(signal);
      },
    },
    reads,
    unreadable,
    start: (id, { deployment = 'office', decky = 'files-01', service = 'ssh' } = {}) => {
      const container = containers.get(id) ?? { id, deployment, decky, service, lines: [], state: 'running' };
      container.state = 'running';
      containers.set(id, container);
      change(id);
    },
    print: (id, ...texts) => {
      for (const text of texts) {
        clock += 1;
        find(id).lines.push({ time: new Date(clock).toISOString(), stream: 'stdout', text });
      }
      moved.ring();
    },
    stop: (id) => {
      find(id).state = 'exited';
      change(id);
    },
    remove: (id) => {
      find(id).state = 'exited';
      containers.delete(id);
      change(id);
    },
    goAway: () => {
      isUp = false;
      lifetime += 1;
      moved.ring();
    },
    comeBack: () => {
      isUp = true;
    },
  };
}

async function moveOf(moved: Bell, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  signal.addEventListener('abort', moved.ring, { once: true });
  await moved.wait();
  signal.removeEventListener('abort', moved.ring);
}
