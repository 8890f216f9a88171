import { expect, it } from 'vitest';
import { createRanking } from '../../src/live/ranking.ts';

const make = () => ({ events: 0, last: 0 });

it('makes an entry once, and puts the busiest first, of equals the latest', () => {
  const ranking = createRanking<string, { events: number; last: number; name?: string }>(2);
  Object.assign(ranking.entry('old', make), { name: 'old', events: 2, last: 1 });
  Object.assign(ranking.entry('busy', make), { name: 'busy', events: 3, last: 1 });
  Object.assign(ranking.entry('new', make), { name: 'new', events: 2, last: 5 });
  expect(ranking.entry('busy', make).events).toBe(3);
  expect(ranking.top().map(({ name }) => name)).toEqual(['busy', 'new', 'old']);
  expect(ranking.hasForgotten()).toBe(false);
});

it('forgets the quiet half when there are too many, and says so', () => {
  const ranking = createRanking<number, { events: number; last: number }>(10);
  for (let key = 0; key < 20; key += 1) Object.assign(ranking.entry(key, make), { events: key, last: key });
  expect(ranking.top()).toHaveLength(20);
  ranking.entry(20, make);
  expect(ranking.hasForgotten()).toBe(true);
  expect(ranking.top().map(({ events }) => events)).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 0]);
  expect(ranking.entry(3, make).events).toBe(0);
});
