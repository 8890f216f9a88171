import { describe, expect, it, vi } from 'vitest';
import { type Delivery, deliver } from '../../src/collect/deliver.ts';
import { createIntake } from '../../src/collect/intake.ts';
import type { Positions } from '../../src/collect/positions.ts';
import type { Sink } from '../../src/collect/sink.ts';
import { rejection } from '../fakes/bench.ts';
import { anEvent } from './an-event.ts';

const place = (count: number) => ({ stdout: { time: '2026-01-01T00:00:00Z', count } });

/** A sink that writes down what is done with it, and whose flushes fail as told. */
function loggedSink(name: string, log: string[], failures: unknown[] = []): Sink {
  return {
    add: (events) => log.push(...events.map(({ message }) => `${name} gets ${message}`)),
    flush: async () => {
      const failure = failures.shift();
      log.push(`${name} ${failure === undefined ? 'is safe' : 'fails'}`);
      if (failure !== undefined) throw failure;
    },
    close: async () => {},
  };
}

function bench(over: (log: string[]) => Partial<Delivery> = () => ({})) {
  const log: string[] = [];
  const intake = createIntake();
  const saved: Positions[] = [];
  const delivery: Delivery = {
    intake,
    sinks: [loggedSink('file', log)],
    positions: new Map(),
    save: async (positions) => {
      log.push('saved');
      saved.push(positions);
    },
    isThere: () => true,
    onTrouble: (error) => log.push(error === null ? 'trouble is over' : `trouble: ${String(error)}`),
    sleep: async () => void log.push('waited'),
    ...over(log),
  };
  return { log, intake, saved, ended: deliver(delivery) };
}

describe('a delivery', () => {
  it('saves how far was read only when every sink has it safe', async () => {
    const { log, intake, saved, ended } = bench((log) => ({
      positions: new Map([['c0', place(7)]]),
      sinks: [loggedSink('file', log), loggedSink('alerts', log)],
    }));
    intake.put('c1', anEvent({ message: 'a' }), place(1));
    intake.put('c1', anEvent({ message: 'b' }), place(2));
    intake.end();
    await ended;
    expect(log).toEqual([
      ...['file gets a', 'file gets b', 'alerts gets a', 'alerts gets b'],
      ...['file is safe', 'alerts is safe', 'saved'],
    ]);
    expect(saved).toEqual([
      new Map([
        ['c0', place(7)],
        ['c1', place(2)],
      ]),
    ]);
  });

  it('saves nothing where nothing came', async () => {
    const { log, intake, ended } = bench();
    intake.end();
    await ended;
    expect(log).toEqual([]);
  });

  it('forgets the places of containers that are no more', async () => {
    const { intake, saved, ended } = bench(() => ({
      positions: new Map([['gone', place(1)]]),
      isThere: (container) => container !== 'gone',
    }));
    intake.put('c1', anEvent(), place(1));
    intake.end();
    await ended;
    expect(saved).toEqual([new Map([['c1', place(1)]])]);
  });

  it('tells a trouble once, tries until it is over, gives nothing twice, and takes nothing meanwhile', async () => {
    const { log, intake, ended } = bench((log) => ({
      sinks: [loggedSink('file', log, [new Error('full'), new Error('still full')])],
    }));
    intake.put('c1', anEvent({ message: 'a' }), place(1));
    await vi.waitFor(() => expect(log).toContain('saved'), 5_000);
    expect(log).toEqual([
      ...['file gets a', 'file fails', 'trouble: Error: full', 'waited', 'file fails', 'waited'],
      ...['file is safe', 'saved', 'trouble is over'],
    ]);
    intake.end();
    await ended;
  });

  it('tries again where the place could not be saved', async () => {
    const { log, intake, ended } = bench((log) => {
      const failures = [new Error('full')];
      return {
        save: async () => {
          const failure = failures.shift();
          if (failure !== undefined) throw failure;
          log.push('saved');
        },
      };
    });
    intake.put('c1', anEvent({ message: 'a' }), place(1));
    await vi.waitFor(() => expect(log).toContain('saved'), 5_000);
    intake.end();
    await ended;
    expect(log.filter((line) => line === 'file gets a')).toHaveLength(1);
    expect(log).toContain('trouble: Error: full');
  });

  it('that cannot write its last does not wait for ever, and saves no place', async () => {
    const { log, intake, ended } = bench((log) => ({
      sinks: [loggedSink('file', log, [new Error('full')])],
    }));
    intake.put('c1', anEvent(), place(1));
    intake.end();
    expect(await rejection(ended)).toMatchObject({
      code: 'OUTPUT_NOT_WRITTEN',
      exitCode: 1,
      message: expect.stringContaining('full'),
      hint: expect.stringContaining('decnet collect'),
    });
    expect(log).not.toContain('saved');
  });
});
