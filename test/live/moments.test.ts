import { beforeAll, expect, it } from 'vitest';
import { formatAgo, localTime } from '../../src/live/moments.ts';

const now = Date.parse('2026-03-02T12:00:00Z');

beforeAll(() => {
  process.env.TZ = 'UTC';
});

it.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [3_600_000, '1 h'],
  [86_399_999, '23 h'],
  [200_000_000, '2 d'],
  // A clock that was set back.
  [-5_000, '0 s'],
])('tells %i ms as %s', (passed, text) => {
  expect(formatAgo(now - passed, now)).toBe(text);
});

it('has a dash for a time that is not known', () => {
  expect(formatAgo(0, now)).toBe('-');
});

it('names the date of what may be another day', () => {
  expect(localTime('2026-03-02T11:00:01Z', now)).toBe('11:00:01');
  expect(localTime('2026-03-01T11:00:01Z', now)).toBe('2026-03-01 11:00:01');
});
