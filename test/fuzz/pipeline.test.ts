import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exitCodes } from '../../src/errors.ts';
import { loadPipelines } from '../../src/pipeline/load.ts';
import { steps } from '../../steps/index.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';
import { check, patient } from './check.ts';
import { documented } from './documented.ts';
import { mutatedText } from './mutated-text.ts';

const original = readFileSync(new URL('../../pipeline.yaml', import.meta.url), 'utf8');
const ids = new Set(steps.keys());
/** Node's timers hold no more, milliseconds. */
const longestTimer = 2 ** 31 - 1;

it(
  'a pipeline.yaml with mistakes of any kind is refused with line and column, or can be walked',
  patient,
  async () => {
    const file = join(await temporaryFolder(), 'pipeline.yaml');
    let good = 0;
    await check(
      fc.asyncProperty(mutatedText([original]), async ({ content }) => {
        await writeFile(file, content);
        const pipelines = await loadPipelines(file, ids).catch((error: unknown) => {
          const { exitCode, message } = documented(error);
          expect(exitCode).toBe(exitCodes.usage);
          for (const line of message.split('\n'))
            expect(line).toMatch(/pipeline\.yaml:\d+:\d+: |is not UTF-8 text$|^… and \d+ more$/);
          return null;
        });
        if (pipelines === null) return;
        good += 1;
        for (const { id, timeout, retries } of Object.values(pipelines).flat()) {
          expect(ids).toContain(id);
          expect(timeout).toSatisfy((value: number) => value >= 1_000 && value <= longestTimer);
          expect(retries).toSatisfy((value: number) => Number.isInteger(value) && value >= 0 && value <= 20);
        }
      }),
      150,
    );
    expect(good, 'some changes do no harm').toBeGreaterThan(10);
  },
);
