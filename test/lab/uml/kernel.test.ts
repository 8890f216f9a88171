import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DebianMachine } from '../../../src/debian/machine.ts';
import { DecnetError } from '../../../src/errors.ts';
import type { Exec } from '../../../src/exec.ts';
import { fetchKernel, reasonToSkip } from '../../../src/lab/uml/kernel.ts';

const machine: DebianMachine = {
  codename: 'bookworm',
  architecture: 'amd64',
  archive: {
    main: { uri: 'http://mirror.example/debian', suites: ['bookworm'], components: ['main'], signedBy: null },
    security: null,
  },
};
const options = { signal: new AbortController().signal, onProgress: () => undefined };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernel-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** apt-get as it is when it delivers the named packages, or, for none, when it fails. */
function aptWith(...files: readonly string[]): Exec {
  return async () => {
    for (const file of files) await writeFile(join(folder, 'archives', file), '');
    if (files.length > 0) return { exitCode: 0, stdout: '', stderr: '' };
    return { exitCode: 100, stdout: '', stderr: 'E: Unable to locate package user-mode-linux\n' };
  };
}

const fetch = (exec: Exec, architecture = 'amd64'): Promise<string> =>
  fetchKernel({ exec, pipe: async () => {} }, { ...machine, architecture }, folder, options);

describe('the kernel', () => {
  it('is the package among those that it depends on', async () => {
    const apt = aptWith('libc6_2_amd64.deb', 'user-mode-linux_6_amd64.deb');
    expect(await fetch(apt)).toBe(join(folder, 'archives/user-mode-linux_6_amd64.deb'));
  });

  it.each([
    ['on another architecture', aptWith('user-mode-linux_6_arm64.deb'), 'arm64', /for arm64/],
    ['where apt-get fails', aptWith(), 'amd64', /Unable to locate package user-mode-linux/],
    ['where apt-get brings something else', aptWith('libc6_2_amd64.deb'), 'amd64', /no user-mode-linux/],
  ])('cannot be had %s, which is a reason to skip', async (_, apt, architecture, said) => {
    const error = await fetch(apt, architecture).catch((cause: unknown) => cause);
    expect(reasonToSkip(error)).toMatch(said);
  });
});

describe('what is no reason to skip', () => {
  it.each([
    new DecnetError('apt-get cannot fetch docker.io', { code: 'PACKAGES_UNAVAILABLE' }),
    new DecnetError('ended on request', { code: 'ABORTED' }),
    new DecnetError('depmod failed', { code: 'ROOT_FAILED' }),
    new Error('anything'),
  ])('is: %s', (error) => {
    expect(reasonToSkip(error)).toBeNull();
  });

  it('is a program that cannot be started while the kernel is fetched', async () => {
    const exec: Exec = () => Promise.reject(new DecnetError('no apt-get', { code: 'PROGRAM_MISSING' }));
    expect(reasonToSkip(await fetch(exec).catch((cause: unknown) => cause))).toBeNull();
  });
});

it.each(['NOT_DEBIAN', 'NO_DEBIAN_ARCHIVE'])('a machine that is %s is a reason to skip', (code) => {
  expect(reasonToSkip(new DecnetError('no Debian', { code }))).toBe('no Debian');
});
