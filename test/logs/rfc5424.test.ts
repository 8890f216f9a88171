import { describe, expect, it } from 'vitest';
import { parseRfc5424 } from '../../src/logs/rfc5424.ts';

const head = '<134>1 2025-03-01T12:03:44.123456Z files-01 ssh 1 auth';
const element = '[decnet@32473 decky="files-01" username="root"]';

describe('parseRfc5424', () => {
  it('reads every part', () => {
    expect(parseRfc5424(`${head} ${element} login failed`)).toEqual({
      severity: 6,
      time: '2025-03-01T12:03:44.123456Z',
      hostname: 'files-01',
      appName: 'ssh',
      processId: '1',
      event: 'auth',
      params: { decky: 'files-01', username: 'root' },
      message: 'login failed',
    });
  });

  it('reads missing values as null, and a line without a message', () => {
    const line = parseRfc5424('<128>1 - - - - start [decnet@32473]');
    expect(line).toMatchObject({ severity: 0, time: null, hostname: null, params: {}, message: '' });
  });

  it.each([
    ['quotes, brackets and backslashes', String.raw`a\"b\]c\\d`, String.raw`a"b]c\d`],
    [
      'a value that looks like the end of the element',
      String.raw`x\"\] <134>1 - - - - auth`,
      'x"] <134>1 - - - - auth',
    ],
    ['a value that looks like another parameter', String.raw`x\" decky=\"evil`, 'x" decky="evil'],
    ['a backslash before the closing quote', String.raw`x\\`, 'x\\'],
    ['two backslashes before a quote', String.raw`x\\\"y`, 'x\\"y'],
    ['an escaped line break, as text', String.raw`x\\ny`, String.raw`x\ny`],
    ['an open bracket, as it is', 'a[b=c d', 'a[b=c d'],
    ['letters of other scripts', 'пароль 🐙', 'пароль 🐙'],
    ['nothing', '', ''],
  ])('unescapes %s', (_, escaped, value) => {
    expect(parseRfc5424(`${head} [decnet@32473 password="${escaped}"]`)?.params).toEqual({ password: value });
  });

  it('takes names such as __proto__ for names', () => {
    const params = parseRfc5424(`${head} [decnet@32473 __proto__="x"]`)?.params;
    expect(Object.entries(params ?? {})).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(params)).toBe(Object.prototype);
  });

  it('takes a byte order mark off the message', () => {
    expect(parseRfc5424(`${head} ${element} \ufeffhello`)?.message).toBe('hello');
  });

  it('copes with a megabyte of escapes', () => {
    const value = '\\"'.repeat(500_000);
    expect(parseRfc5424(`${head} [decnet@32473 data="${value}"]`)?.params.data).toHaveLength(500_000);
  });

  it.each([
    ['nothing', ''],
    ['plain text', 'Traceback (most recent call last):'],
    ['another facility', `<38>${(`${head} ${element}`).slice(5)}`],
    ['a priority with a leading zero', `<0134>${(`${head} ${element}`).slice(5)}`],
    ['another version', `${head.replace('>1 ', '>2 ')} ${element}`],
    ['a time without a zone', '<134>1 2025-03-01T12:03:44 h a 1 auth [decnet@32473]'],
    ['a month that is none', '<134>1 2025-13-01T12:03:44Z h a 1 auth [decnet@32473]'],
    ['no event type', '<134>1 - h a 1 - [decnet@32473]'],
    ['no structured data', `${head} - hello`],
    ['another element', `${head} [exampleSDID@32473 a="b"]`],
    ['a second element', `${head} ${element}[other@1 a="b"]`],
    ['a name twice', `${head} [decnet@32473 decky="a" decky="b"]`],
    ['a wrong escape', String.raw`${head} [decnet@32473 a="b\nc"]`],
    ['a bracket without escape', `${head} [decnet@32473 a="b]c"]`],
    ['a quote without escape', `${head} [decnet@32473 a="b"c"]`],
    ['no closing quote', `${head} [decnet@32473 a="b]`],
    ['no closing bracket', `${head} [decnet@32473 a="b"`],
    ['a name without a value', `${head} [decnet@32473 a]`],
    ['two spaces between parameters', `${head} [decnet@32473 a="b"  c="d"]`],
    ['a name that is too long', `${head} [decnet@32473 ${'n'.repeat(33)}="b"]`],
    ['text glued to the element', `${head} ${element}hello`],
    ['a line break', `${head} ${element} one\ntwo`],
    ['an escape character', `${head} [decnet@32473 a="\x1b[2J"]`],
    ['a space before it', ` ${head} ${element}`],
  ])('refuses %s', (_, line) => {
    expect(parseRfc5424(line)).toBeNull();
  });
});
