import { describe, expect, it } from 'vitest';
import { parseRetryAfter, pauseAfter } from '../../src/alerts/backoff.ts';

describe('the pause after a failure', () => {
  it('doubles from one second to five minutes', () => {
    const pauses = [1, 2, 3, 9, 10, 1_000_000].map((count) =>
      pauseAfter({ count, retryAfter: null }, () => 1),
    );
    expect(pauses).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
  });

  it('is half drawn', () => {
    const drawn = [0, 0.5].map((random) => pauseAfter({ count: 3, retryAfter: null }, () => random));
    expect(drawn).toEqual([2_000, 3_000]);
  });

  it('is never shorter than the server asks for, and not for more than an hour at its word', () => {
    const asked = [100, 60_000, 86_400_000].map((retryAfter) =>
      pauseAfter({ count: 1, retryAfter }, () => 1),
    );
    expect(asked).toEqual([1_000, 60_000, 3_600_000]);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-02-03T04:05:06Z');

  it.each([
    ['30', 30_000],
    ['0', 0],
    ['Tue, 03 Feb 2026 04:06:06 GMT', 60_000],
    ['Tue, 03 Feb 2026 04:00:00 GMT', 0],
    ['soon', null],
    ['', null],
    ['9'.repeat(400), null],
    [null, null],
  ])('%j is %j ms', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
