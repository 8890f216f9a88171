import { expect, it } from 'vitest';
import { tearDownOrphans } from '../../src/commands/orphans.ts';

it.each([
  ['--yes without --orphans: it would be another teardown than meant', [], { yes: true }],
  ['names of deckies with --orphans', ['files-01'], { orphans: true }],
] as const)('refuses %s', async (_, deckies, flags) => {
  await expect(tearDownOrphans(deckies, flags)).rejects.toMatchObject({
    code: 'USAGE',
    exitCode: 2,
    hint: expect.stringContaining('decnet teardown --orphans'),
  });
});
