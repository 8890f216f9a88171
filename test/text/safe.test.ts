import { describe, expect, it } from 'vitest';
import { quoteValue } from '../../src/text/quote.ts';
import { safeLines, safeText, steadyText } from '../../src/text/safe.ts';

describe('safeText', () => {
  it.each([
    ['an escape sequence', '\x1b[2J\x1b]0;owned\x07', '\\x1b[2J\\x1b]0;owned\\x07'],
    ['line breaks and tabs', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['NUL and DEL', 'a\0b\x7f', 'a\\x00b\\x7f'],
    ['C1, with its own CSI', 'a\u009b31mb\u0085', 'a\\x9b31mb\\x85'],
    ['bidi overrides and isolates', '\u202eexe.\u2066txt\u2069', '\\u202eexe.\\u2066txt\\u2069'],
    ['zero-width characters', 'ro\u200bot\ufeff', 'ro\\u200bot\\ufeff'],
    ['line and paragraph separators', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['tag characters', '\u{e0041}', '\\u{e0041}'],
    ['half a surrogate pair', 'a\ud83d', 'a\\ud83d'],
  ])('shows %s', (_, text, shown) => {
    expect(safeText(text)).toBe(shown);
  });

  it('leaves letters of any script, emoji and backslashes', () => {
    expect(safeText('Zoë 文件 🐙 OFFICE\\root')).toBe('Zoë 文件 🐙 OFFICE\\root');
  });
});

describe('steadyText', () => {
  it.each([
    ['an accent that joins', 'q\u0301', 'q\\u0301'],
    ['many of them', `a${'\u0335\u0489'.repeat(2)}`, 'a\\u0335\\u0489\\u0335\\u0489'],
    ['an accent alone', '\u0301', '\\u0301'],
    ['a sign that makes another of the one before', '☺\ufe0f', '☺\\ufe0f'],
    ['a colour of skin', '👍🏽', '👍\\u{1f3fd}'],
    ['flags', '🇩🇪', '\\u{1f1e9}\\u{1f1ea}'],
    ['families', '👩\u200d👩', '👩\\u200d👩'],
    ['escape sequences', '\x1b[2J', '\\x1b[2J'],
  ])('shows %s as an escape', (_, text, shown) => {
    expect(steadyText(text)).toBe(shown);
  });

  it('joins what has a character of its own, and leaves the rest', () => {
    expect(steadyText('Zoe\u0308 文件 🐙')).toBe('Zoë 文件 🐙');
  });
});

describe('safeLines', () => {
  it('keeps line breaks as lines, and nothing else', () => {
    expect(safeLines('one\r\n\n\x1b[1mtwo\r')).toEqual(['one', '\\x1b[1mtwo\\r']);
  });
});

describe('quoteValue', () => {
  it.each([
    ['toor', 'toor'],
    ['', '""'],
    ['x admin=yes', '"x admin=yes"'],
    ['"; DROP', '"\\"; DROP"'],
    ['a\nb', '"a\\nb"'],
    ['C:\\temp', 'C:\\temp'],
  ])('writes %j as %s', (value, shown) => {
    expect(quoteValue(value)).toBe(shown);
  });
});
