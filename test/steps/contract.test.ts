import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imagesOf } from '../../src/services/templates.ts';
import { steps } from '../../steps/index.ts';
import { type Bench, createBench, removeBenches } from '../fakes/bench.ts';
import { office } from '../fakes/fleet.ts';

afterAll(removeBenches);

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});

it('has the steps of the design, in its order', () => {
  expect([...steps.keys()]).toEqual([
    'preflight',
    'logging-sync',
    'build',
    'host-bridge',
    'network',
    'compose-gen',
    'state-save',
    'up',
    'verify',
  ]);
});

describe('every step', () => {
  it.each([...steps.values()].map((step) => [step.id, step] as const))(
    '%s keeps the contract',
    async (id, step) => {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(step.title).toMatch(/^[A-Z]/);
      const fleet = office();
      const images = await imagesOf(bench.world.templates, fleet);
      const view = { fleet, images, paths: bench.paths };
      const input = step.inputs(view);
      // Pure, and the same after the way through the state file.
      expect(step.inputs(view)).toEqual(input);
      expect(JSON.parse(JSON.stringify(input))).toEqual(input);
      expect(step.input.parse(input)).toEqual(input);
      expect(fleet).toEqual(office());
    },
  );
});
