import { describe, expect, it } from 'vitest';
import { inputHash } from '../../src/runner/hash.ts';

describe('the hash of an input', () => {
  it('does not depend on the order of keys, at any depth', () => {
    expect(inputHash(1, { a: 1, b: [{ c: 2, d: 3 }] })).toBe(inputHash(1, { b: [{ d: 3, c: 2 }], a: 1 }));
  });

  it.each([
    ['a value', 1, { a: 2 }],
    ['the order of a list', 1, { a: [2, 1] }],
    ['the version of the step', 2, { a: [1, 2] }],
  ])('depends on %s', (_, version, input) => {
    expect(inputHash(version, input)).not.toBe(inputHash(1, { a: [1, 2] }));
  });

  it('is 64 hex digits, for no input too', () => {
    expect(inputHash(1, null)).toMatch(/^[0-9a-f]{64}$/);
    expect(inputHash(1, undefined)).toMatch(/^[0-9a-f]{64}$/);
  });
});
