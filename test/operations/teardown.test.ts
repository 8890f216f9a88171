import { expect, it } from 'vitest';
import { teardown } from '../../src/operations/teardown.ts';
import { rejection } from '../fakes/bench.ts';

it.each(['', 'Office', '../x', 'a'.repeat(32), '\x1b[2J'])(
  'refuses to look for marks of a deployment that cannot be: %j',
  async (name) => {
    expect(await rejection(teardown([], { name }))).toMatchObject({ code: 'NAME_INVALID', exitCode: 2 });
  },
);
