import type { Compose } from '../compose/compose.ts';
import type { Docker } from '../docker/docker.ts';
import type { Host } from '../host/host.ts';
import { type Problem, problemOf } from './problem.ts';

/** The oldest engine whose macvlan and compose behaviour we know. */
const oldestEngine = 24;

/** Bytes that images, layers and logs need at least. */
const neededSpace = 1_000_000_000;

/** A program that was looked at: its version, empty where it has none to tell. */
interface Examined {
  readonly version: string;
  readonly problems: readonly Problem[];
}

/** Docker's engine: whether it answers, and is one that we know. */
export async function examineEngine(docker: Pick<Docker, 'version'>): Promise<Examined> {
  try {
    const { version } = await docker.version();
    if (Number.parseInt(version, 10) >= oldestEngine) return { version, problems: [] };
    const what = `Docker Engine ${version} is too old`;
    return { version, problems: [{ what, remedy: `Install Docker Engine ${oldestEngine} or later.` }] };
  } catch (error) {
    return { version: '', problems: [problemOf(error)] };
  }
}

/** The compose plugin: whether there is one of version 2. */
export async function examineCompose(compose: Pick<Compose, 'version'>): Promise<Examined> {
  try {
    return { version: await compose.version(), problems: [] };
  } catch (error) {
    return { version: '', problems: [problemOf(error)] };
  }
}

/** The room for images, layers and logs below Docker's data folder. An engine that does not answer is told elsewhere. */
export async function examineSpace(
  docker: Pick<Docker, 'version'>,
  host: Pick<Host, 'freeBytes'>,
): Promise<readonly Problem[]> {
  const engine = await docker.version().catch(() => null);
  if (engine === null) return [];
  const free = await host.freeBytes(engine.rootDir);
  if (free >= neededSpace) return [];
  return [
    {
      what: `only ${Math.floor(free / 1_000_000)} MB are free below ${engine.rootDir}`,
      remedy: `Make room for at least ${neededSpace / 1_000_000} MB: docker system df`,
    },
  ];
}
