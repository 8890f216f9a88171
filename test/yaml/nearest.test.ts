import { describe, expect, it } from 'vitest';
import { editDistance, nearest, quote, unknownName } from '../../src/yaml/nearest.ts';

describe('edit distance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['servces', 'services', 1],
    ['eht0', 'eth0', 1],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
    ['x', 'y', 1],
  ])('from %j to %j is %i', (left, right, expected) => {
    expect(editDistance(left, right)).toBe(expected);
    expect(editDistance(right, left)).toBe(expected);
  });
});

describe('the nearest name', () => {
  const names = ['ssh', 'http', 'ftp', 'redis'];

  it.each([
    ['shh', 'ssh'],
    ['SSH', 'ssh'],
    ['https', 'http'],
    ['rediss', 'redis'],
    ['ldap', null],
    ['telnet', null],
    ['x'.repeat(100_000), null],
  ])('to %j is %j', (word, expected) => expect(nearest(word, names)).toBe(expected));

  it('is offered, or all names are', () => {
    expect(unknownName('service', 'shh', names)).toBe('unknown service "shh"; did you mean "ssh"?');
    expect(unknownName('service', 'ldap', names)).toBe(
      'unknown service "ldap"; known: ssh, http, ftp, redis',
    );
    expect(unknownName('service', 'ldap', [])).toBe('unknown service "ldap"; there are none');
  });

  it('cannot bring control characters or length into a message', () => {
    expect(quote('a\n\u001b[31mb')).toBe('"a\\n\\u001b[31mb"');
    expect(quote('x'.repeat(500)).length).toBeLessThan(70);
  });
});
