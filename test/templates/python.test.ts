import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** The templates are Python, on its standard library alone as far as these go. */
describe('the templates', () => {
  const files = readdirSync(folder).filter((name) => name.startsWith('test_') && name.endsWith('.py'));

  // Not skipped without it: a check that did not run must not look like one that passed.
  beforeAll(async () => {
    const probe = await execa('python3', ['-c', 'import asyncio, unittest'], { reject: false });
    if (probe.exitCode !== 0)
      throw new Error(
        'The tests of templates/ need python3 with asyncio and unittest, which python3-minimal has not. ' +
          `Install it (apt-get install python3) or run npm test, which does: ${probe.stderr || probe.shortMessage}`,
      );
  });

  it.each(files)('pass %s', { timeout: 60_000 }, async (file) => {
    const run = await execa('python3', ['-W', 'error', '-m', 'unittest', file], {
      cwd: folder,
      env: { PYTHONDONTWRITEBYTECODE: '1' },
      reject: false,
    });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stderr).toMatch(/^Ran [1-9]\d* tests? in/m);
    expect(run.stderr).not.toContain('skipped=');
  });
});
