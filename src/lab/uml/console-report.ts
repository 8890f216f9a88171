import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DecnetError, exitCodes } from '../../errors.ts';

/** What vitest's JSON reporter writes, as much of it as is told here. */
const reportSchema = z.object({
  success: z.boolean(),
  numTotalTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

export type TestReport = z.infer<typeof reportSchema>;

/**
 * Reads the tests' report from the guest's console: a line with its length in bytes and its SHA-256, then the
 * report in base64, then a line that ends it. Every line bears a mark, since the kernel prints between them.
 * Rejects a report that is missing or not whole.
 */
export function readReport(console: string): TestReport {
  const lines = console.split(/\r?\n/).flatMap((line) => /^=report= (.*)$/.exec(line)?.[1] ?? []);
  const [bytes, hash] = (lines[0] ?? '').split(' ');
  if (bytes === undefined || hash === undefined) throw noReport('is missing');
  if (lines.at(-1) !== 'end') throw noReport('was cut off');
  const report = Buffer.from(lines.slice(1, -1).join(''), 'base64');
  const found = createHash('sha256').update(report).digest('hex');
  if (report.length !== Number(bytes) || found !== hash) throw noReport('was damaged on its way');
  try {
    return reportSchema.parse(JSON.parse(report.toString()));
  } catch (cause) {
    throw noReport('is not one of vitest', cause);
  }
}

/** What keeps a report from being a success, in words; nothing for one that is. */
export function failuresIn(report: TestReport): readonly string[] {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const files = report.testResults.filter(({ message }) => message !== '');
  const failures = [
    ...files.map(({ name, message }) => `${name}: ${message}`),
    ...tests
      .filter(({ status }) => status !== 'passed')
      .map(({ fullName, status, failureMessages }) =>
        [`${fullName}: ${status}`, ...(failureMessages ?? [])].join('\n'),
      ),
  ];
  if (tests.length === 0 || tests.length !== report.numTotalTests)
    failures.push(`${tests.length} of ${report.numTotalTests} tests are in the report`);
  if (!report.success && failures.length === 0) failures.push('vitest ended without success');
  return failures;
}

function noReport(what: string, cause?: unknown): DecnetError {
  return new DecnetError(`The report of the virtual machine ${what}`, {
    code: 'NO_REPORT',
    hint: 'Look at its console: npm run test:ipvlan -- --verbose',
    exitCode: exitCodes.stepFailed,
    cause,
  });
}
