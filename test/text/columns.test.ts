import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitText, padText, widthOf } from '../../src/text/columns.ts';
import { check } from '../fuzz/check.ts';
import { unsafeOnTerminal } from '../fuzz/documented.ts';

describe('fitText', () => {
  it.each([
    ['letmein', 7, 'letmein'],
    ['letmein', 6, 'letme…'],
    ['letmein', 1, '…'],
    ['letmein', 0, ''],
    ['', 0, ''],
    ['文件夹', 6, '文件夹'],
    ['文件夹', 5, '文件…'],
    // A wide one does not fit in half.
    ['文件夹', 4, '文…'],
    ['🐙🐙', 3, '🐙…'],
    ['Zoe\u0308', 3, 'Zoë'],
    ['a\x1b[2Jb', 20, 'a\\x1b[2Jb'],
    ['a\x1b[2Jb', 4, 'a\\x…'],
    ['\ud83d', 10, '\\ud83d'],
  ])('shows %j in %i columns as %j', (text, width, shown) => {
    expect(fitText(text, width)).toBe(shown);
  });

  it('is never wider than it may be, of whatever text', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('e', '\u0301', '文', '\u200d', '🇩', '👍🏽', '\x1b[2J', 'ﷺ', '\ud83d'),
      }),
    );
    await check(
      fc.property(text, fc.nat(40), (given, width) => {
        const shown = fitText(given, width);
        expect(widthOf(shown)).toBeLessThanOrEqual(width);
        expect(shown).not.toMatch(unsafeOnTerminal);
        expect(shown).not.toMatch(/\p{M}/u);
        expect(widthOf(padText(given, width))).toBe(width);
      }),
      500,
    );
  });

  it('looks only at what can be seen of a long text', () => {
    const started = performance.now();
    for (let turn = 0; turn < 1_000; turn += 1) fitText('\u0301'.repeat(65_536), 80);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('padText', () => {
  it('fills up by columns, not by characters', () => {
    expect(padText('文', 4)).toBe('文  ');
    expect(padText('文文', 3)).toBe('文…');
    expect(padText('', 2)).toBe('  ');
  });
});
