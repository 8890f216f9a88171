import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPipelines, parsePipelines } from '../../src/pipeline/load.ts';
import { steps } from '../../steps/index.ts';
import { rejection } from '../fakes/bench.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';

const ids = new Set(steps.keys());
const path = new URL('../../pipeline.yaml', import.meta.url).pathname;

describe('the pipeline file that comes with decnet', () => {
  it('is loaded, in the order of the design', async () => {
    const { deploy, teardown, remove, restore } = await loadPipelines(path, ids);
    expect(deploy.map(({ id }) => id)).toEqual([...ids]);
    expect(teardown.map(({ id }) => id)).toEqual([
      'up',
      'network',
      'host-bridge',
      'build',
      'compose-gen',
      'logging-sync',
      'state-save',
    ]);
    expect(remove.map(({ id }) => id)).toEqual(['compose-gen', 'up', 'host-bridge', 'state-save']);
    expect(restore).toEqual(deploy);
  });

  it('walks one way in each pipeline, and removes images only when asked', async () => {
    const { deploy, teardown, remove } = await loadPipelines(path, ids);
    expect(new Set([...deploy, ...remove].map(({ direction }) => direction))).toEqual(new Set(['apply']));
    expect(new Set(teardown.map(({ direction }) => direction))).toEqual(new Set(['undo']));
    const conditional = [...deploy, ...teardown, ...remove].filter(({ when }) => when !== null);
    expect(conditional).toMatchObject([{ id: 'build', direction: 'undo', when: 'images' }]);
  });
});

/** A whole file, with `lines` for its deploy. */
function file(...lines: readonly string[]): string {
  return [
    'deploy:',
    ...lines.map((line) => `  ${line}`),
    'teardown:',
    '  - { undo: up, timeout: 1m }',
    'remove:',
    '  - { step: up, timeout: 1m }',
    'restore:',
    '  - { step: up, timeout: 1m }',
  ].join('\n');
}

const parse = (text: string) => parsePipelines(text, 'pipeline.yaml', ids);

it('gives what is left out its default, and times in milliseconds', () => {
  const { deploy } = parse(
    file('- { step: network, timeout: 90s }', '- { step: up, timeout: 2h, retries: 4 }'),
  );
  expect(deploy).toEqual([
    { id: 'network', direction: 'apply', timeout: 90_000, retries: 0, when: null },
    { id: 'up', direction: 'apply', timeout: 7_200_000, retries: 4, when: null },
  ]);
});

describe('a mistake in the pipeline file', () => {
  it.each<[string, string, string]>([
    [
      'an unknown step, with the nearest name',
      file('- { step: netwrok, timeout: 1m }'),
      'pipeline.yaml:2:13: unknown step "netwrok"; did you mean "network"?',
    ],
    [
      'a step that stands twice',
      file('- { step: up, timeout: 1m }', '- { step: up, timeout: 1m }'),
      'pipeline.yaml:3:13: step up stands twice in deploy',
    ],
    [
      'an undo in a pipeline that applies',
      file('- { undo: up, timeout: 1m }'),
      'pipeline.yaml:2:13: deploy holds only step elements',
    ],
    [
      'a step in a pipeline that undoes',
      file('- { step: up, timeout: 1m }').replace('undo: up', 'step: up'),
      'pipeline.yaml:4:13: teardown holds only undo elements',
    ],
    [
      'a duration without a unit',
      file('- { step: up, timeout: "90" }'),
      'pipeline.yaml:2:26: expected a duration such as 30s, 5m or 1h',
    ],
    ['a duration of nothing', file('- { step: up, timeout: 0s }'), 'pipeline.yaml:2:26: expected a duration'],
    [
      'a duration longer than a timer of Node can be, which would end the step at once',
      file('- { step: up, timeout: 9999h }'),
      'pipeline.yaml:2:26: at most 24h',
    ],
    ['no timeout', file('- { step: up }'), 'pipeline.yaml:2:5: key "timeout" is missing'],
    [
      'neither step nor undo',
      file('- { timeout: 1m }'),
      'pipeline.yaml:2:5: expected either "step" or "undo"',
    ],
    [
      'both step and undo',
      file('- { step: up, undo: up, timeout: 1m }'),
      'pipeline.yaml:2:5: expected either "step" or "undo"',
    ],
    ['too many retries', file('- { step: up, timeout: 1m, retries: 21 }'), 'pipeline.yaml:2:39'],
    [
      'an unknown key',
      file('- { step: up, timeout: 1m, retrys: 2 }'),
      'pipeline.yaml:2:30: unknown key "retrys"; did you mean "retries"?',
    ],
    ['an option that no one knows', file('- { step: up, timeout: 1m, when: force }'), 'pipeline.yaml:2:36'],
    [
      'an unknown pipeline',
      `${file('- { step: up, timeout: 1m }')}\nrepair: []`,
      'pipeline.yaml:9:1: unknown key "repair"',
    ],
    ['an empty pipeline', file('[]'), 'pipeline.yaml:2:3'],
    ['a missing pipeline', 'deploy:\n  - { step: up, timeout: 1m }', 'pipeline.yaml:1:1'],
    ['bad YAML', 'deploy: [', 'pipeline.yaml:1:'],
  ])('is told with line and column: %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'PIPELINE_INVALID',
        exitCode: 2,
        message: expect.stringContaining(message),
      }),
    );
  });

  it('is told together with all others of its kind', () => {
    const text = file('- { step: one, timeout: 1m }', '- { step: two, timeout: 1m }');
    expect(() => parse(text)).toThrow(/2:13: unknown step "one".*\n.*3:13: unknown step "two"/);
  });

  it('names the way out', async () => {
    const error = await rejection((async () => parse(file('- { step: x, timeout: 1m }')))());
    expect(error).toMatchObject({ hint: 'Mend pipeline.yaml, or put back the one that came with decnet.' });
  });

  it.each<[string, string | Uint8Array | null, string]>([
    ['that is not there', null, 'cannot be read: there is no such file'],
    ['that is not UTF-8', Buffer.from([0x64, 0xff]), 'is not UTF-8 text'],
    ['without end', '#'.repeat(200_000), 'is larger than 100 kB'],
  ])('may be the file itself: one %s', async (_, content, why) => {
    const broken = join(await temporaryFolder(), 'pipeline.yaml');
    if (content !== null) await writeFile(broken, content);
    expect(await rejection(loadPipelines(broken, ids))).toMatchObject({
      code: 'PIPELINE_INVALID',
      exitCode: 2,
      message: `${broken} ${why}`,
      hint: expect.stringContaining('Put back the one that came with decnet'),
    });
  });
});
