import { EventEmitter } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Docker, LogOptions } from '../../src/docker/docker.ts';
import { showEvents } from '../../src/live/show.ts';
import type { EventsRequest } from '../../src/live/watch.ts';
import { lineAt, logDocker, ours } from '../logs/log-docker.ts';
import { FakeInput, FakeOutput } from './fake-terminal.ts';

const office = { name: 'office', deckies: ['files-01'] };
const since = '2025-03-01T12:00:00.000Z';
const given = logDocker([
  {
    id: 'ssh',
    decky: 'files-01',
    service: 'ssh',
    history: [
      lineAt(1, ours('auth', 'src_ip="198.51.100.200"')),
      lineAt(2, ours('auth', 'src_ip="192.0.2.7"')),
    ],
  },
]);

/** Docker with a log that goes on, and with nothing new in it; one that hangs does not even end when it should. */
function goingOn(hangs = false): Docker {
  return {
    ...given,
    logs: async function* (id: string, options: LogOptions) {
      if (!options.follow) yield* given.logs(id, options);
      else if (hangs) await new Promise(() => {});
      else await setTimeout(60_000, undefined, { signal: options.signal });
    },
  };
}

function watch(docker = goingOn(), request: Partial<EventsRequest> = {}) {
  const [stdin, stdout, signals] = [new FakeInput(), new FakeOutput(), new EventEmitter()];
  const ended = showEvents(docker, office, { since, ...request }, { stdin, stdout, signals, env: {} });
  let seen = '';
  stdout.on('data', (chunk) => {
    seen += String(chunk);
  });
  const shows = async (text: string): Promise<void> => {
    while (!seen.includes(text)) await setTimeout(10);
  };
  return { stdin, stdout, signals, ended, shows, seen: () => seen };
}

describe('decnet events', () => {
  it.each([
    ['q', 0],
    ['Q', 0],
    ['\x03', 130],
  ])('shows who came until %j ends it with %i', async (key, code) => {
    const { stdin, ended, shows, seen, signals } = watch();
    await shows('office: 2 events from 2 sources on 1 decky');
    stdin.write(`x${key}q\x03`);
    expect(await ended).toBe(code);
    expect(seen().endsWith('\x1b[?1049l')).toBe(true);
    expect(stdin.isRaw).toBe(false);
    expect(signals.eventNames()).toEqual([]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('ends at %s with %i, and gives the terminal back', async (signal, code) => {
    const { signals, ended, shows, seen } = watch();
    await shows('office');
    signals.emit(signal);
    expect(await ended).toBe(code);
    expect(seen().endsWith('\x1b[?1049l')).toBe(true);
  });

  it('ends when its window is gone', async () => {
    const { stdout, ended, shows } = watch();
    await shows('office');
    stdout.emit('error', new Error('write EIO'));
    expect(await ended).toBe(0);
  });

  it('can be left though a read hangs', async () => {
    const { stdin, ended, shows } = watch(goingOn(true));
    await shows('2 events');
    stdin.write('q');
    expect(await ended).toBe(0);
  });

  it('shows only what its filters let through', async () => {
    const visitors = [{ address: 0xc0000207, prefix: 32 }];
    const { stdin, ended, shows, seen } = watch(goingOn(), { visitors });
    await shows('1 event from 1 source');
    stdin.write('q');
    await ended;
    expect(seen()).not.toContain('198.51.100.200');
  });

  it('tells when a log cannot be read', async () => {
    const error = new Error('EIO\x1b[2J');
    const docker = logDocker([{ id: 'a', decky: 'files-01', service: 'ssh', history: [], error }]);
    const { stdin, ended, shows } = watch(docker);
    await shows('cannot read the log of files-01 ssh: EIO\\x1b[2J');
    stdin.write('q');
    expect(await ended).toBe(0);
  });

  it('refuses an unknown name before it touches the terminal', async () => {
    const { ended, seen } = watch(goingOn(), { deckies: ['fils-01'] });
    await expect(ended).rejects.toMatchObject({ code: 'NO_SUCH_DECKY', exitCode: 2 });
    expect(seen()).toBe('');
  });

  it.each([
    ['a pipe', false, {}],
    ['a terminal that cannot be drawn on', true, { TERM: 'dumb' }],
  ])('refuses %s, and names what can', async (_, isTerminal, env) => {
    const stdout = new FakeOutput();
    stdout.isTTY = isTerminal;
    const surroundings = { stdin: new FakeInput(), stdout, signals: new EventEmitter(), env };
    await expect(showEvents(goingOn(), office, { since }, surroundings)).rejects.toMatchObject({
      code: 'NO_TERMINAL',
      exitCode: 2,
      hint: expect.stringContaining('decnet logs --follow'),
    });
    expect(stdout.text()).toBe('');
  });
});
