import { access, readdir, readlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Exec } from '../../../src/exec.ts';
import { lastCore, machineArguments, runVirtualMachine } from '../../../src/lab/uml/virtual-machine.ts';

const machine = { root: '/cache/guest', shares: { checkout: '/src' }, init: 'init.sh', memory: 1536 };

/** What `run` ends with, and the folder that it was given: there while it ran, and with what in it. */
async function boot(exitCode: number) {
  let folder = '';
  let names: readonly string[] = [];
  const exec: Exec = async (_, __, options) => {
    folder = options?.env?.TMPDIR ?? '';
    names = await Promise.all(
      (await readdir(folder)).sort().map(async (name) => `${name} ${await readlink(`${folder}/${name}`)}`),
    );
    return { exitCode, stdout: 'line\n=end=\n', stderr: '' };
  };
  const options = { signal: new AbortController().signal, timeout: 1000, onLine: () => undefined };
  const result = await runVirtualMachine(exec, machine, options).catch((error: unknown) => error);
  return { result, folder, names };
}

describe('a virtual machine', () => {
  it('is lent links to folders by name, and leaves nothing of them', async () => {
    const { result, folder, names } = await boot(0);
    expect(result).toBe('line\n=end=\n');
    expect(names).toEqual(['checkout /src', 'root /cache/guest']);
    await expect(access(folder)).rejects.toThrow('ENOENT');
  });

  it('that fails is an error with its last words, and leaves nothing either', async () => {
    const { result, folder } = await boot(134);
    expect(result).toMatchObject({ code: 'VM_FAILED', message: expect.stringMatching(/134.*=end=/s) });
    await expect(access(folder)).rejects.toThrow('ENOENT');
  });

  it('boots read-only from a folder, without a network device', () => {
    const args = machineArguments(machine, '/tmp/vm', '1');
    expect(args).toEqual(
      expect.arrayContaining([
        'hostfs=/tmp/vm',
        'rootfstype=hostfs',
        'rootflags=/root',
        'ro',
        'GUEST_INIT=init.sh',
      ]),
    );
    expect(args.filter((arg) => /^(eth|vec)\d/.test(arg))).toEqual([]);
  });
});

describe('the core it is pinned to', () => {
  it.each([
    ['0-1', '1'],
    ['0-3,8', '8'],
    ['5', '5'],
    ['0,2-11', '11'],
  ])('is of %s the last: %s', (allowed, last) => {
    expect(lastCore(`Cpus_allowed:\tff\nCpus_allowed_list:\t${allowed}\nMems_allowed:\t1\n`)).toBe(last);
  });
});
