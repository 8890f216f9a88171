import { afterAll, expect, it } from 'vitest';
import { createBench, removeBenches } from '../fakes/bench.ts';
import { office } from '../fakes/fleet.ts';
import { onStep } from '../fakes/on-step.ts';

afterAll(removeBenches);

it('makes no step but the record do anything anew when alerts change, nor record their webhooks', async () => {
  const bench = await createBench();
  const alerts = [{ on: ['auth'], webhook: 'https://x.example/hunter2', deckies: null, services: null }];
  const ids = [...bench.options.engine.steps.keys()].filter((id) => id !== 'state-save');
  expect(ids).toContain('compose-gen');
  for (const id of ids) {
    const input = await onStep(bench, id, office({ alerts })).input();
    expect(JSON.stringify(input)).not.toContain('hunter2');
    expect(input).toEqual(await onStep(bench, id).input());
  }
});
