import { describe, expect, it } from 'vitest';
import { decideDeploy, decideHeal, decideResume, decideRollback } from '../../src/runner/decide.ts';
import { nextCommands } from '../../src/runner/next-commands.ts';
import { rollbackOrder } from '../../src/runner/rollback.ts';
import type { Run } from '../../src/state/schema.ts';
import { without } from '../fakes/bench.ts';
import { office } from '../fakes/fleet.ts';
import { aDeployment, aRun, aState, aStep } from '../fakes/states.ts';

const other = without(office(), 'web-01');
const deployment = aDeployment();
const madeOne = [aStep('network', { made: true })];

describe('deploy', () => {
  it.each<[string, Partial<Run> | null, boolean, string]>([
    ['starts anew where nothing is recorded', null, false, 'fresh'],
    ['starts anew after a rollback', { status: 'rolled-back' }, false, 'fresh'],
    ['starts anew after a teardown', { pipeline: 'teardown', status: 'succeeded' }, false, 'fresh'],
    ['continues a failed run of the same fleet', { status: 'failed' }, false, 'continue'],
    ['continues an interrupted run of the same fleet', { status: 'interrupted' }, false, 'continue'],
    ['continues a finished run of the same fleet', {}, true, 'continue'],
    [
      'starts anew over a deployment that deckies were taken from',
      { pipeline: 'remove', fleet: other },
      true,
      'fresh',
    ],
    [
      'starts anew where a run of another fleet made nothing',
      { status: 'failed', fleet: other },
      false,
      'fresh',
    ],
  ])('%s', (_, run, stands, kind) => {
    const state = aState({ run: run && aRun(run), deployment: stands ? deployment : null });
    expect(decideDeploy(state, office()).kind).toBe(kind);
  });

  it.each<[string, Partial<Run>, string, string]>([
    [
      'an unfinished rollback',
      { status: 'rollback-incomplete' },
      'A rollback is not finished',
      'decnet rollback',
    ],
    [
      'an unfinished teardown',
      { pipeline: 'teardown', status: 'failed' },
      'A teardown is not finished',
      'decnet resume',
    ],
    [
      'another fleet under an unfinished run that made something',
      { status: 'failed', fleet: other, steps: madeOne },
      'The fleet changed under an unfinished deploy',
      'decnet rollback',
    ],
  ])('refuses %s', (_, run, what, hint) => {
    const state = aState({ run: aRun(run) });
    const refusal = expect.objectContaining({
      exitCode: 4,
      message: expect.stringContaining(what),
      hint: expect.stringContaining(hint),
    });
    expect(() => decideDeploy(state, office())).toThrow(refusal);
  });

  it('begins a run over a finished deployment that differs', () => {
    expect(decideDeploy(aState({ run: aRun(), deployment }), other)).toEqual({ kind: 'fresh' });
  });

  it('begins anew with the mended fleet where preflight refused one over a finished deployment', () => {
    const error = { code: 'PREFLIGHT_REFUSED', message: 'This host cannot carry the fleet' };
    const steps = [aStep('preflight', { made: true, status: 'failed', error })];
    const run = aRun({ status: 'failed', fleet: other, steps, overDeployment: true });
    expect(decideDeploy(aState({ run, deployment }), office())).toEqual({ kind: 'fresh' });
  });

  it('refuses a fleet of another name over a finished deployment', () => {
    const refusal = expect.objectContaining({ exitCode: 4, code: 'OTHER_DEPLOYMENT' });
    expect(() => decideDeploy(aState({ run: aRun(), deployment }), { ...other, name: 'branch' })).toThrow(
      refusal,
    );
  });
});

describe('resume', () => {
  it('refuses with exit code 4 where nothing is recorded', () => {
    expect(() => decideResume(aState())).toThrow(expect.objectContaining({ code: 'NO_RUN', exitCode: 4 }));
  });

  it('has nothing to do after a rollback', () => {
    expect(decideResume(aState({ run: aRun({ status: 'rolled-back' }) }))).toBeNull();
  });

  it.each(['succeeded', 'failed', 'interrupted', 'rollback-incomplete'] as const)(
    'takes up a run that is %s',
    (status) => {
      const run = aRun({ status });
      expect(decideResume(aState({ run }))).toBe(run);
    },
  );
});

describe('rollback', () => {
  it.each<[string, Partial<Run> | null, string]>([
    ['where nothing is recorded', null, 'No run is recorded here'],
    ['of a teardown', { pipeline: 'teardown' }, 'A teardown cannot be rolled back'],
    [
      'over a deployment that is not remembered',
      { overDeployment: true },
      'What stood before this run is not remembered',
    ],
  ])('is refused %s', (_, run, what) => {
    const state = aState({ run: run && aRun(run) });
    const refusal = expect.objectContaining({ exitCode: 4, message: expect.stringContaining(what) });
    expect(() => decideRollback(state)).toThrow(refusal);
  });

  it.each<[string, Partial<Run>]>([
    ['it is done', { status: 'rolled-back' }],
    ['what stood before is restored', { pipeline: 'restore' }],
  ])('has nothing to do when %s', (_, run) => {
    expect(decideRollback(aState({ run: aRun(run) }))).toBeNull();
  });

  it.each<[string, Partial<Run>, string]>([
    ['undoes a deploy from nothing', {}, 'undo'],
    ['restores what stood before a change', { overDeployment: true, before: deployment }, 'restore'],
    [
      'restores what stood before deckies were taken out',
      { pipeline: 'remove', overDeployment: true, before: deployment },
      'restore',
    ],
    ['goes on with a rollback of a change', { pipeline: 'restore', status: 'failed' }, 'continue'],
  ])('%s', (_, run, kind) => {
    expect(decideRollback(aState({ run: aRun(run), deployment }))?.kind).toBe(kind);
  });

  it('undoes what was made, last first, and nothing else', () => {
    const ids = ['preflight', 'network', 'host-bridge', 'up'];
    const pipeline = ids.map((id) => ({
      id,
      direction: 'apply' as const,
      timeout: 1,
      retries: 0,
      when: null,
    }));
    const steps = ids.map((id) => aStep(id, { status: 'done', made: id !== 'host-bridge' }));
    const order = rollbackOrder(aRun({ steps }), pipeline);
    expect(order.map(({ id, direction }) => `${direction} ${id}`)).toEqual([
      'undo up',
      'undo network',
      'undo preflight',
    ]);
  });
});

describe('heal', () => {
  it.each<[string, Partial<Run> | null, boolean]>([
    ['where nothing is recorded', null, false],
    ['where nothing stands', { status: 'rolled-back' }, false],
    ['while a run is unfinished', { status: 'interrupted' }, true],
  ])('is refused %s', (_, run, stands) => {
    const state = aState({ run: run && aRun(run), deployment: stands ? deployment : null });
    expect(() => decideHeal(state)).toThrow(expect.objectContaining({ exitCode: 4 }));
  });
});

describe('what to type next', () => {
  const steps = [aStep('network', { status: 'done' }), aStep('build', { status: 'failed' })];

  it.each<[string, Partial<Run>, readonly string[]]>([
    ['nothing after a run that succeeded', {}, []],
    ['nothing after a rollback', { status: 'rolled-back' }, []],
    ['rollback after one that stopped', { status: 'rollback-incomplete' }, ['decnet rollback']],
    [
      'resume, rollback or the step after a failed deploy',
      { status: 'failed', steps },
      ['decnet resume', 'decnet rollback', 'decnet step run build'],
    ],
    [
      'rollback after one of a change that failed',
      { status: 'failed', pipeline: 'restore' },
      ['decnet rollback'],
    ],
    [
      'resume alone after a failed teardown',
      { status: 'failed', pipeline: 'teardown', steps },
      ['decnet resume'],
    ],
    [
      'resume or rollback when no step had begun',
      { status: 'interrupted' },
      ['decnet resume', 'decnet rollback'],
    ],
  ])('is %s', (_, run, commands) => {
    expect(nextCommands(aRun(run))).toEqual(commands);
  });
});
