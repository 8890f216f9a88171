import { describe, expect, it } from 'vitest';
import { DecnetError, exitCodes, hasCode, toDecnetError } from '../src/errors.ts';
import { errorReport } from '../src/runner/error-report.ts';
import { Interruption, interruptionOf, signalExitCode } from '../src/runner/interruption.ts';

it('has the exit codes of the design, one meaning each', () => {
  expect(exitCodes).toEqual({
    done: 0,
    stepFailed: 1,
    usage: 2,
    refused: 3,
    decision: 4,
    leftover: 5,
    locked: 6,
    changes: 7,
    bug: 70,
    hangup: 129,
    interrupted: 130,
    terminated: 143,
  });
});

describe('a DecnetError', () => {
  it('is by default a failed step that is not tried again', () => {
    const error = new DecnetError('No room', { code: 'NO_SPACE' });
    expect(error).toMatchObject({ code: 'NO_SPACE', exitCode: 1, retryable: false, hint: undefined });
  });

  it('keeps its cause', () => {
    const cause = new Error('ENOSPC');
    expect(new DecnetError('No room', { code: 'NO_SPACE', cause }).cause).toBe(cause);
  });

  it('is reported without a hint where it has none', () => {
    expect(errorReport(new DecnetError('a', { code: 'A' }))).toEqual({ code: 'A', message: 'a' });
    expect(errorReport(new DecnetError('a', { code: 'A', hint: 'b' }))).toEqual({
      code: 'A',
      message: 'a',
      hint: 'b',
    });
  });
});

describe('any other error', () => {
  it.each([
    [new TypeError('x is not a function'), 'x is not a function'],
    ['a bare text', 'a bare text'],
    [undefined, 'undefined'],
  ])('is a bug with its text kept: %s', (thrown, message) => {
    expect(toDecnetError(thrown)).toMatchObject({ code: 'BUG', exitCode: 70, message, cause: thrown });
  });

  it('stays as it is when it is one of ours', () => {
    const error = new DecnetError('a', { code: 'A' });
    expect(toDecnetError(error)).toBe(error);
  });

  it('is told by the code that Node gave it', () => {
    expect(hasCode(Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT')).toBe(true);
    expect(hasCode(new Error('ENOENT'), 'ENOENT')).toBe(false);
    expect(hasCode({ code: 'ENOENT' }, 'ENOENT')).toBe(false);
  });
});

describe('an interruption', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s ends with exit code %i', (signal, exitCode) => {
    expect(new Interruption(signal)).toMatchObject({ exitCode, message: `Interrupted by ${signal}` });
    expect(signalExitCode(signal)).toBe(exitCode);
  });

  it('is a SIGINT where an abort gave no reason of ours', () => {
    expect(interruptionOf(AbortSignal.abort('enough'))).toMatchObject({ signal: 'SIGINT' });
    const reason = new Interruption('SIGHUP');
    expect(interruptionOf(AbortSignal.abort(reason))).toBe(reason);
  });
});
