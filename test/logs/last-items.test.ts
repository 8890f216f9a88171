import { expect, it } from 'vitest';
import { createLastItems, lastOf } from '../../src/logs/last-items.ts';

it('keeps the last in their order, however many come', () => {
  const last = createLastItems<number>(3);
  expect(last.items()).toEqual([]);
  for (let number = 1; number <= 50; number += 1) {
    last.add(number);
    const all = Array.from({ length: number }, (_, index) => index + 1);
    expect(last.items()).toEqual(all.slice(-3));
  }
});

it('gives what was kept at that moment, and not what came later', () => {
  const last = createLastItems<string>(2);
  last.add('a');
  const before = last.items();
  last.add('b');
  expect(before).toEqual(['a']);
});

it('holds no more than it has to in a flood', () => {
  const last = createLastItems<number>(200);
  const started = performance.now();
  for (let number = 0; number < 1_000_000; number += 1) last.add(number);
  expect(last.items()).toHaveLength(200);
  expect(last.items().at(-1)).toBe(999_999);
  expect(performance.now() - started).toBeLessThan(10_000);
});

it.each([
  [0, []],
  [1, [0]],
  [2, [0, 1]],
  [7, [5, 6]],
])('gives the last two of a source of %i', async (count, expected) => {
  async function* source() {
    for (let number = 0; number < count; number += 1) yield number;
  }
  const given: number[] = [];
  for await (const item of lastOf(source(), 2)) given.push(item);
  expect(given).toEqual(expected);
});

it('passes an error of the source on, and nothing that it gave before', async () => {
  async function* source() {
    yield 1;
    throw new Error('EIO');
  }
  const given: number[] = [];
  const reading = async (): Promise<void> => {
    for await (const item of lastOf(source(), 2)) given.push(item);
  };
  await expect(reading()).rejects.toThrow('EIO');
  expect(given).toEqual([]);
});
