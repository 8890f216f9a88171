import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { failuresIn, readReport, type TestReport } from '../../../src/lab/uml/console-report.ts';

const passed = { fullName: 'a fleet is healthy', status: 'passed', duration: 3, failureMessages: [] };
const report: TestReport = {
  success: true,
  numTotalTests: 1,
  testResults: [{ name: '/checkout/test/ipvlan/a.test.ts', message: '', assertionResults: [passed] }],
};

/** What the guest prints for a report, as lines. */
function printed(value: unknown = report): string[] {
  const bytes = Buffer.from(JSON.stringify(value));
  const base64 = bytes.toString('base64').match(/.{1,40}/g) ?? [];
  const head = `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;
  return [head, ...base64, 'end'].map((line) => `=report= ${line}`);
}

describe('the report on the console', () => {
  it('is read between whatever else is printed', () => {
    const [head, ...rest] = printed();
    const console = ['boot', head, 'eth0: a line of the kernel', ...rest, 'reboot: Power down'].join('\r\n');
    expect(readReport(console)).toEqual(report);
  });

  it.each([
    ['is missing', ['boot', 'Kernel panic']],
    ['was cut off', printed().slice(0, -1)],
    ['was cut off', printed().slice(0, 1)],
    ['was damaged', printed().toSpliced(2, 1)],
    ['was damaged', printed().with(0, `=report= 12 ${'0'.repeat(64)}`)],
    ['is not one of vitest', printed({ success: true })],
  ])('that %s is a failure', (what, lines) => {
    expect(() => readReport(lines.join('\n'))).toThrow(what);
  });
});

describe('the failures in a report', () => {
  const file = report.testResults[0];
  const withFile = (change: object): TestReport => ({
    ...report,
    testResults: [{ ...file, ...change }] as never,
  });

  it('are none when every test has passed', () => {
    expect(failuresIn(report)).toEqual([]);
  });

  it.each([
    [
      'a test that failed',
      { assertionResults: [{ ...passed, status: 'failed', failureMessages: ['no'] }] },
      /healthy: failed\nno/,
    ],
    ['a test that was skipped', { assertionResults: [{ ...passed, status: 'skipped' }] }, /skipped/],
    ['a file that could not be loaded', { message: 'no such module' }, /a\.test\.ts: no such module/],
    ['a test that is not there', { assertionResults: [] }, /0 of 1 tests/],
  ])('name %s', (_, change, said) => {
    expect(failuresIn(withFile(change)).join('\n')).toMatch(said);
  });

  it('are told too where vitest alone knows of one', () => {
    expect(failuresIn({ ...report, success: false })).toEqual(['vitest ended without success']);
  });

  it('are told where no test ran at all', () => {
    expect(failuresIn({ success: true, numTotalTests: 0, testResults: [] })).toHaveLength(1);
  });
});
