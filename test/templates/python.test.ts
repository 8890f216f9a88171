import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));
const python = await execa('python3', ['-c', 'import asyncio, json, unittest'], { reject: false });

/** The templates are Python; these run where there is one with its library (python3-minimal has none). */
describe.skipIf(python.exitCode !== 0)('the templates', () => {
  const files = readdirSync(folder).filter((name) => name.startsWith('test_') && name.endsWith('.py'));

  it.each(files)('pass %s', { timeout: 60_000 }, async (file) => {
    const run = await execa('python3', ['-W', 'error', '-m', 'unittest', file], {
      cwd: folder,
      env: { PYTHONDONTWRITEBYTECODE: '1' },
      reject: false,
    });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stderr).toMatch(/^Ran [1-9]\d* tests? in/m);
  });
});
