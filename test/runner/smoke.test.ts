import { afterAll, expect, it } from 'vitest';
import * as atomic from '../../src/state/atomic-write.ts';
import { writeFileSync } from 'node:fs';
import { createBench, removeBenches } from '../fakes/bench.ts';

afterAll(removeBenches);

it('smoke', async () => {
  for (let i = 0; i < 12; i++) {
    const bench = await createBench();
    await bench.deploy();
    let t = performance.now();
    for (let j = 0; j < 45; j++) await atomic.writeAtomically(bench.paths.state, 'x'.repeat(9000), 0o600);
    const a = performance.now() - t;
    t = performance.now();
    for (let j = 0; j < 45; j++) writeFileSync(bench.paths.state, 'x'.repeat(9000));
    const s = performance.now() - t;
    console.log('bench', a, s);
  }
  expect(1).toBe(1);
});
