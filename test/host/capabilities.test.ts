import { expect, it } from 'vitest';
import { includesNetAdmin } from '../../src/host/capabilities.ts';

it('finds CAP_NET_ADMIN in the full set of root', () => {
  expect(includesNetAdmin('Name:\tnode\nCapPrm:\t0000000000000000\nCapEff:\t000001ffffffffff\n')).toBe(true);
  expect(includesNetAdmin('CapEff:\t0000000000001000\n')).toBe(true);
});

it('does not find it among others, nor where nothing is said', () => {
  expect(includesNetAdmin('CapPrm:\t000001ffffffffff\nCapEff:\t0000000000002000\n')).toBe(false);
  expect(includesNetAdmin('Name:\tnode\n')).toBe(false);
});
