import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildArguments, createImageBuilder } from '../../src/docker/build.ts';
import type { Exec } from '../../src/exec.ts';

const spec = {
  tag: 'decnet/ssh:0123456789ab',
  context: '/srv/.decnet/contexts/ssh',
  args: { RUNTIME: 'decnet/runtime:0123456789ab' },
  labels: { 'decnet.image': 'ssh', 'decnet.context': 'abc' },
  noCache: false,
};
const child = { signal: new AbortController().signal, onLine: () => {}, onSpawn: async () => {} };
const noRoot = {
  findDebianRoot: async () => null,
  debianRoot: async () => Promise.reject(new Error('not asked for')),
};

it('is one command, its parts in a fixed order', () => {
  expect(buildArguments(spec).join(' ')).toBe(
    'build --tag decnet/ssh:0123456789ab --label decnet.context=abc --label decnet.image=ssh --build-arg RUNTIME=decnet/runtime:0123456789ab /srv/.decnet/contexts/ssh',
  );
});

it('without the cache says so', () => {
  expect(buildArguments({ ...spec, noCache: true })).toContain('--no-cache');
});

describe('a build', () => {
  it('lets buildx write to a folder of its own, which is gone afterwards', async () => {
    const folders: string[] = [];
    const exec: Exec = async (_file, _args, options) => {
      folders.push(options?.env?.BUILDX_CONFIG ?? '');
      expect(existsSync(folders[0] ?? '')).toBe(true);
      return { exitCode: 0, stdout: '', stderr: '' };
    };
    await createImageBuilder(exec, noRoot).build(spec, child);
    expect(existsSync(folders[0] ?? '')).toBe(false);
  });

  it('that fails names the image and what went wrong', async () => {
    const stderr = [
      '#6 [2/3] RUN false',
      '#6 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1',
      '------',
      'ERROR: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1',
    ].join('\n');
    const exec: Exec = async () => ({ exitCode: 1, stdout: '', stderr });
    await expect(createImageBuilder(exec, noRoot).build(spec, child)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(/^Could not build decnet\/ssh:0123456789ab: .*exit code: 1$/),
      retryable: false,
    });
  });
});
