import { expect, it } from 'vitest';
import { grid } from '../../src/live/grid.ts';
import { widthOf } from '../../src/text/columns.ts';

it('stands in columns, as wide as they have to be', () => {
  expect(
    grid(
      ['A', 'NAME'],
      [
        ['文', 'x'],
        ['1', ''],
      ],
      40,
    ),
  ).toEqual(['A   NAME', '文  x', '1']);
});

it('lets no cell push the others out of the window, and gives the last what is left', () => {
  const [, row = ''] = grid(['A', 'B', 'C'], [['x'.repeat(500), 'y', 'z'.repeat(500)]], 60);
  expect(row).toBe(`${'x'.repeat(23)}…  y  ${'z'.repeat(30)}…`);
  expect(widthOf(row)).toBe(60);
});
