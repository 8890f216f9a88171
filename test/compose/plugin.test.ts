import { describe, expect, it } from 'vitest';
import { createCompose, parseVersion } from '../../src/compose/plugin.ts';
import { DecnetError } from '../../src/errors.ts';
import type { Exec } from '../../src/exec.ts';

const project = { name: 'decnet-office', file: '/srv/c.yml', directory: '/srv' };
const child = { signal: new AbortController().signal, onLine: () => {}, onSpawn: async () => {} };

/** An `Exec` that answers by program, and fails as the real one for what is not installed. */
function answering(
  answers: Readonly<Record<string, { exitCode: number; stdout?: string; stderr?: string }>>,
): Exec {
  return async (file) => {
    const answer = answers[file];
    if (answer === undefined) throw new DecnetError(`${file} is missing`, { code: 'PROGRAM_MISSING' });
    return { stdout: '', stderr: '', ...answer };
  };
}

describe('version', () => {
  it('is the plain number, whatever the packager adds', async () => {
    expect(await createCompose(answering({ docker: { exitCode: 0, stdout: '2.26.1-4\n' } })).version()).toBe(
      '2.26.1',
    );
    expect(parseVersion('v5.2.0')).toBe('5.2.0');
    expect(parseVersion('1.29.2')).toBeNull();
  });

  it('names compose v1 when that is all there is', async () => {
    const exec = answering({
      docker: { exitCode: 1, stderr: "docker: 'compose' is not a docker command.\nSee 'docker --help'" },
      'docker-compose': { exitCode: 0, stdout: '1.29.2\n' },
    });
    await expect(createCompose(exec).version()).rejects.toMatchObject({
      code: 'COMPOSE_MISSING',
      message: 'Only compose v1 (docker-compose) is installed.',
    });
  });

  it('says that the plugin is missing when there is no compose at all', async () => {
    const exec = answering({ docker: { exitCode: 125, stderr: 'unknown flag: --short' } });
    await expect(createCompose(exec).version()).rejects.toMatchObject({
      code: 'COMPOSE_MISSING',
      exitCode: 3,
    });
  });

  it('says that docker is missing when there is no client', async () => {
    await expect(createCompose(answering({})).version()).rejects.toMatchObject({ code: 'DOCKER_MISSING' });
  });
});

it('refuses a file with what compose says of it', async () => {
  const stderr = 'validating /srv/c.yml: services.web Additional property foo is not allowed';
  await expect(
    createCompose(answering({ docker: { exitCode: 15, stderr } })).validate(project),
  ).rejects.toMatchObject({ code: 'COMPOSE_INVALID', message: expect.stringContaining('property foo') });
});

it('tells of a failed up by the line that matters, not by its progress', async () => {
  const stderr = [
    ' Container decnet-office.files-7  Creating',
    ' Container decnet-office.files-7  Created',
    ' Container decnet-office.files-7  Starting',
    'Error response from daemon: Address already in use',
  ].join('\n');
  await expect(
    createCompose(answering({ docker: { exitCode: 1, stderr } })).up(project, child),
  ).rejects.toMatchObject({
    code: 'ADDRESS_IN_USE',
    message: 'Could not bring up decnet-office: Address already in use',
    retryable: false,
  });
});

it('passes the lines of a child on while it runs', async () => {
  const seen: string[] = [];
  const exec: Exec = async (_file, _args, options) => {
    options?.onLine?.('Container a  Started', 'stderr');
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  await createCompose(exec).up(project, { ...child, onLine: (line) => seen.push(line) });
  expect(seen).toEqual(['Container a  Started']);
});
