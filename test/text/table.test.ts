import { expect, it } from 'vitest';
import { formatDuration } from '../../src/text/duration.ts';
import { jsonLine } from '../../src/text/json-line.ts';
import { createPaint } from '../../src/text/paint.ts';
import { table } from '../../src/text/table.ts';

it('aligns columns by their widest cell, without space at the end of a line', () => {
  expect(
    table(
      ['NAME', 'IP', 'STATE'],
      [
        ['files-01', '192.0.2.7', 'up'],
        ['é', '192.0.2.70'],
      ],
    ),
  ).toBe(['NAME      IP          STATE', 'files-01  192.0.2.7   up', 'é         192.0.2.70'].join('\n'));
});

it('makes cells safe before it measures them', () => {
  expect(table(['A', 'B'], [['\x1b[2J', 'x']])).toBe('A        B\n\\x1b[2J  x');
});

it.each([
  [0, '0.0 s'],
  [449, '0.4 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 00 s'],
  [65_000, '1 min 05 s'],
  [7_500_000, '2 h 05 min'],
  [273_600_000, '3 d 4 h'],
])('writes %i ms as %s', (milliseconds, shown) => {
  expect(formatDuration(milliseconds)).toBe(shown);
});

it('writes JSON that a terminal survives and that means the same', () => {
  const value = { text: '\x1b[2J\u009b1m\x7f\u202e\u{e0041}\ud800\n"\u2028' };
  const line = jsonLine(value);
  expect(line).toMatch(/^[ -~]*$/);
  expect(JSON.parse(line)).toEqual(value);
});

it('paints on a terminal only, and never when NO_COLOR is set', () => {
  expect(createPaint(true, {}).red('x')).toBe('\x1b[31mx\x1b[39m');
  expect(createPaint(true, { NO_COLOR: '' }).red('x')).toBe('\x1b[31mx\x1b[39m');
  expect(createPaint(true, { NO_COLOR: '1' }).red('x')).toBe('x');
  expect(createPaint(false, {}).red('x')).toBe('x');
});
