import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadPackages } from '../../src/debian/download.ts';
import type { Exec } from '../../src/exec.ts';

const request = {
  archive: {
    main: { uri: 'http://mirror.example/debian', suites: ['bookworm'], components: ['main'], signedBy: null },
    security: null,
  },
  releases: ['bookworm', 'trixie'],
  packages: ['docker.io', 'runc'],
  pin: { release: 'trixie', packages: ['docker.io'] },
  status: '/var/lib/dpkg/status',
};
const options = { signal: new AbortController().signal, onLine: () => undefined };
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'download-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('downloading packages', () => {
  it('asks apt to update and to fetch, with all of its state in one folder', async () => {
    const calls: string[] = [];
    const exec: Exec = async (file, args) => {
      calls.push([file, ...args].join(' '));
      await writeFile(join(folder, 'archives/runc_1_amd64.deb'), '');
      return { exitCode: 0, stdout: '', stderr: '' };
    };
    const files = await downloadPackages(exec, request, folder, options);
    expect(calls).toEqual([
      `apt-get -c ${folder}/apt.conf -q update --error-on=any`,
      `apt-get -c ${folder}/apt.conf -q install --yes --download-only docker.io runc`,
    ]);
    expect(files).toEqual([`${folder}/archives/runc_1_amd64.deb`]);
    const configuration = await readFile(join(folder, 'apt.conf'), 'utf8');
    expect(configuration).toContain('#clear APT::Update::Post-Invoke;\n');
    expect(configuration).toContain(`Dir::State::Lists "${folder}/lists";\n`);
    expect(configuration).toContain('Dir::State::status "/var/lib/dpkg/status";\n');
    expect(configuration).toContain('Dir::Etc::sourceparts "/dev/null";\n');
    expect(await readFile(join(folder, 'preferences'), 'utf8')).toBe(
      'Package: *\nPin: release n=trixie*\nPin-Priority: 50\n\nPackage: docker.io\nPin: release n=trixie*\nPin-Priority: 900\n',
    );
  });

  it('counts nothing as installed where a whole root is wanted', async () => {
    const exec: Exec = async () => ({ exitCode: 0, stdout: '', stderr: '' });
    await downloadPackages(exec, { ...request, status: null, pin: null }, folder, options);
    expect(await readFile(join(folder, 'apt.conf'), 'utf8')).toContain(
      `Dir::State::status "${folder}/status";`,
    );
    expect(await readFile(join(folder, 'status'), 'utf8')).toBe('');
    expect(await readFile(join(folder, 'preferences'), 'utf8')).toBe('');
  });

  it("tells apt's own reasons when it fails", async () => {
    const stderr = 'W: odd\nE: Unable to locate package runc\n';
    const exec: Exec = async () => ({ exitCode: 100, stdout: '', stderr });
    await expect(downloadPackages(exec, request, folder, options)).rejects.toMatchObject({
      code: 'PACKAGES_UNAVAILABLE',
      message: 'apt-get cannot fetch packages: E: Unable to locate package runc',
      exitCode: 3,
    });
  });
});
