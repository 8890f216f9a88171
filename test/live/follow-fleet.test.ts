import { expect, it } from 'vitest';
import { followFleet } from '../../src/live/follow-fleet.ts';
import type { LogRecord } from '../../src/logs/record.ts';
import type { Source } from '../../src/logs/sources.ts';
import { lineAt, logDocker } from '../logs/log-docker.ts';

const first = { id: 'a', decky: 'files-01', service: 'ssh' };
const second = { id: 'b', decky: 'web-01', service: 'http' };
const docker = logDocker([
  { ...first, history: [lineAt(1, 'one')] },
  { ...second, history: [lineAt(2, 'two')] },
]);

/** Follows; each look for containers answers with the next of `looks`, and after the last it ends. */
async function follow(looks: readonly (readonly Source[] | Error)[], start: readonly Source[] = [first]) {
  const stop = new AbortController();
  const told: string[] = [];
  const rest = [...looks];
  await followFleet(docker, start, {
    signal: stop.signal,
    sleep: async () => {
      // As long as reading takes.
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
      if (rest.length === 0) stop.abort();
    },
    now: () => 0,
    findSources: async () => {
      const found = rest.shift() ?? [];
      if (found instanceof Error) throw found;
      return found;
    },
    onRecord: ({ decky, message }: LogRecord) => told.push(`${decky} ${message}`),
    onCaughtUp: () => told.push('caught up'),
    onLost: (_, error) => told.push(String(error)),
    onTrouble: (error) => told.push(String(error)),
  });
  return told;
}

it('reads what comes later too, and nothing twice', async () => {
  const told = await follow([[first], [first, second], [second, first]]);
  expect(told).toEqual(['files-01 one', 'caught up', 'web-01 two', 'caught up']);
});

it('begins with none, and says that all was read', async () => {
  expect(await follow([[second]], [])).toEqual(['caught up', 'web-01 two', 'caught up']);
});

it('tells when containers cannot be listed, and looks again', async () => {
  const told = await follow([new Error('connect ECONNREFUSED'), [first, second]]);
  expect(told).toEqual([
    'files-01 one',
    'caught up',
    'Error: connect ECONNREFUSED',
    'web-01 two',
    'caught up',
  ]);
});

it('reads a container again that was away', async () => {
  const told = await follow([[], [first]]);
  expect(told.filter((one) => one === 'files-01 one')).toHaveLength(2);
});

it('does nothing once it was ended', async () => {
  const stop = new AbortController();
  stop.abort();
  const told: unknown[] = [];
  const note = (one: unknown): void => void told.push(one);
  const never = async (): Promise<never> => {
    throw new Error('asked');
  };
  await followFleet(logDocker([]), [], {
    signal: stop.signal,
    sleep: never,
    now: () => 0,
    findSources: never,
    onRecord: note,
    onLost: note,
    onTrouble: note,
  });
  expect(told).toEqual([]);
});
