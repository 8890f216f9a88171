import type { Docker, LogLine, LogOptions } from '../../src/docker/docker.ts';
import { inspected, listed, unaskedDocker } from '../fakes/unasked-docker.ts';

export interface LoggedContainer {
  readonly id: string;
  readonly decky: string;
  /** Null: not a container of ours. */
  readonly service: string | null;
  /** What it logged before; the n-th follow brings the n-th of `news`, then ends. */
  readonly history: readonly LogLine[];
  readonly news?: readonly (readonly LogLine[])[];
  readonly error?: Error;
}

export interface LogDocker extends Pick<Docker, 'listContainers' | 'inspectContainer' | 'logs'> {
  readonly asked: { readonly id: string; readonly options: LogOptions }[];
}

/** As much of Docker as logs are read with. A container is gone once its news are over. */
export function logDocker(containers: readonly LoggedContainer[]): Docker & LogDocker {
  const asked: { id: string; options: LogOptions }[] = [];
  const follows = new Map<string, number>();
  const find = (id: string): LoggedContainer | undefined =>
    containers.find((container) => container.id === id);
  async function* logs(id: string, options: LogOptions): AsyncGenerator<LogLine, void, undefined> {
    asked.push({ id, options });
    const container = find(id);
    if (container?.error !== undefined) throw container.error;
    if (!options.follow) {
      yield* (container?.history ?? []).slice(
        options.tail === undefined ? 0 : -options.tail || Number.MAX_SAFE_INTEGER,
      );
      return;
    }
    const round = follows.get(id) ?? 0;
    follows.set(id, round + 1);
    yield* container?.news?.[round] ?? [];
  }
  return {
    ...unaskedDocker,
    asked,
    logs,
    listContainers: async () => containers.map((container) => listed(container)),
    inspectContainer: async (id) => {
      const container = find(id);
      if (container?.error !== undefined) return inspected(id);
      return (follows.get(id) ?? 0) < (container?.news?.length ?? 0) && container !== undefined
        ? inspected(id)
        : null;
    },
  };
}

export function lineAt(second: number, text: string): LogLine {
  return { time: `2025-03-01T12:03:${String(second).padStart(2, '0')}.000000000Z`, stream: 'stdout', text };
}

/** A line as the helper prints it. `params` is written as it is. */
export function ours(event: string, params: string): string {
  return `<134>1 2025-03-01T12:03:44.000001Z h a 1 ${event} [decnet@32473 ${params}]`;
}
