import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mergeByTime } from '../../src/logs/merge.ts';
import { mergeLive } from '../../src/logs/merge-live.ts';
import { timeKey } from '../../src/logs/time-key.ts';

interface Item {
  readonly time: string;
  readonly name: string;
}

const at = (fraction: string, name: string): Item => ({ time: `2025-03-01T12:00:00.${fraction}Z`, name });

/** Items, and pauses in milliseconds between them. */
async function* source(...parts: (Item | number)[]): AsyncGenerator<Item, void, undefined> {
  for (const part of parts) {
    if (typeof part === 'number') await setTimeout(part);
    else yield part;
  }
}

async function names(items: AsyncIterable<Item>): Promise<string> {
  let text = '';
  for await (const { name } of items) text += name;
  return text;
}

describe('timeKey', () => {
  it('orders by nanoseconds, whatever the number of digits and the zone', () => {
    const times = [
      '2025-03-01T12:00:00Z',
      '2025-03-01T13:00:00.000000001+01:00',
      '2025-03-01T12:00:00.1Z',
      '2025-03-01T12:00:00.100000001Z',
      '2025-03-01T12:00:01Z',
    ];
    expect([...times].reverse().sort((left, right) => (timeKey(left) < timeKey(right) ? -1 : 1))).toEqual(
      times,
    );
    expect(timeKey('2025-03-01T12:00:00.1Z')).toBe(timeKey('2025-03-01T12:00:00.100000000Z'));
  });

  it('sorts what is no time first', () => {
    expect(timeKey('yesterday')).toBe('');
  });
});

describe('mergeByTime', () => {
  it('takes the earliest of all sources, the first of equals', async () => {
    const first = source(at('1', 'a'), at('4', 'd'), at('5', 'e'));
    const second = source(20, at('2', 'b'), at('5', 'f'));
    expect(await names(mergeByTime([first, source(), second, source(at('3', 'c'))]))).toBe('abcdef');
  });

  it('is empty without sources', async () => {
    expect(await names(mergeByTime([]))).toBe('');
  });

  it('closes all sources when it is left', async () => {
    let closed = 0;
    async function* endless(): AsyncGenerator<Item, void, undefined> {
      try {
        for (;;) yield at('1', 'x');
      } finally {
        closed += 1;
      }
    }
    for await (const _ of mergeByTime([endless(), endless()])) break;
    expect(closed).toBe(2);
  });
});

describe('mergeLive', () => {
  it('puts in order what comes within the window', async () => {
    const merged = mergeLive([source(at('2', 'b'), 30, at('3', 'c')), source(10, at('1', 'a'))], 60);
    expect(await names(merged)).toBe('abc');
  });

  it('does not wait for a silent source longer than the window', async () => {
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { name } of mergeLive([source(at('5', 'a')), source(300, at('1', 'late'))], 40))
        seen.push(name);
    })();
    await setTimeout(150);
    expect(seen).toEqual(['a']);
    await reading;
    expect(seen).toEqual(['a', 'late']);
  });

  it('goes on when one source has ended', async () => {
    expect(
      await names(mergeLive([source(at('1', 'a')), source(80, at('2', 'b'), 80, at('3', 'c'))], 10)),
    ).toBe('abc');
  });

  it('shows the rest before it throws the error of one', async () => {
    async function* broken(): AsyncGenerator<Item, void, undefined> {
      yield at('1', 'a');
      throw new Error('connection reset');
    }
    let seen = '';
    const reading = (async () => {
      for await (const { name } of mergeLive([broken(), source(50, at('2', 'b'))], 10)) seen += name;
    })();
    await expect(reading).rejects.toThrow('connection reset');
    expect(seen).toBe('ab');
  });

  it('holds a source back whose reader is slow', async () => {
    let made = 0;
    async function* fast(): AsyncGenerator<Item, void, undefined> {
      for (; made < 20_000; made += 1) yield at('1', 'x');
    }
    const merged = mergeLive([fast()], 5);
    await merged.next();
    await setTimeout(50);
    expect(made).toBeLessThan(10_000);
    let count = 1;
    for await (const _ of merged) count += 1;
    expect(count).toBe(20_000);
  });
});
