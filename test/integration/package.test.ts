import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot, templatesFolder } from '../../src/package-root.ts';
import { smallFleet } from './fleets.ts';
import { type Installed, installPackage } from './installed.ts';
import { type Ended, start, succeed } from './on-lab.ts';
import { openSite, type Site, troublesOf } from './site.ts';
import { marksOf } from './world.ts';

/** All that is packed at the top. */
const allowed = [
  'LICENSE',
  'README.md',
  'dist',
  'examples',
  'fleet.schema.json',
  'man',
  'package.json',
  'pipeline.yaml',
  'templates',
];

let installed: Installed;
let untouched: string;
let elsewhere: string;

beforeAll(async () => {
  installed = await installPackage();
  untouched = await installed.digest();
  elsewhere = await mkdtemp(join(tmpdir(), 'decnet-elsewhere-'));
});

afterAll(async () => {
  await installed?.remove();
  if (elsewhere !== undefined) await rm(elsewhere, { recursive: true, force: true });
});

/** Runs the installed program from a folder that has nothing to do with it. */
async function decnet(...args: readonly string[]): Promise<Ended> {
  return (await start('host', [installed.decnet, ...args], { cwd: elsewhere })).ended;
}

async function printed(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await decnet(...args);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

describe('what npm packs', () => {
  it('is what the program needs, and no more', () => {
    const top = new Set(installed.packed.map((path) => path.split('/')[0] ?? ''));
    expect([...top].sort()).toEqual(allowed);
    const inDist = installed.packed.flatMap((path) => /^dist\/([^/]+)\//.exec(path)?.[1] ?? []);
    expect([...new Set(inDist)].sort()).toEqual(['src', 'steps']);
  });

  it('has nothing of tests, of what tries the program out, and of what Python leaves', () => {
    const unwanted =
      /(^|\/)(test|tests|chaos|realism|uml|__pycache__|node_modules)\/|\.test\.|\/test_|\.pyc$/;
    expect(installed.packed.filter((path) => unwanted.test(path))).toEqual([]);
    expect(installed.packed.filter((path) => /lab\/(bench|rehearsal)\./.test(path))).toEqual([]);
    expect(installed.packed.filter((path) => /(?<!\.d)\.ts$|decnet-state/.test(path))).toEqual([]);
  });

  it('has every service', () => {
    const services = readdirSync(templatesFolder(), { withFileTypes: true }).filter((one) =>
      one.isDirectory(),
    );
    for (const { name } of services) {
      expect(
        installed.packed.some((path) => path.startsWith(`templates/${name}/`)),
        name,
      ).toBe(true);
    }
  });
});

describe('the installed program', () => {
  it('says its version', async () => {
    const { version } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8'));
    expect(await printed('--version')).toBe(`${version}\n`);
  });

  it('is found by the entry for code', async () => {
    const entry = join(installed.folder, 'dist/src/index.js');
    const code = `import * as api from ${JSON.stringify(entry)}; console.log(Object.keys(api).join(' '))`;
    const names = (await succeed('host', 'node', '--input-type=module', '--eval', code)).trim().split(' ');
    expect(names).toEqual(expect.arrayContaining(['deploy', 'resume', 'rollback', 'status', 'teardown']));
  });

  it('checks and plans the example that comes with it', async () => {
    const example = join(installed.folder, 'examples/office.yaml');
    expect(JSON.parse(await printed('validate', '--json', example))).toMatchObject({ name: 'office' });
    const plan = JSON.parse(
      await printed('plan', '--json', '--state', join(elsewhere, 'state.json'), example),
    );
    expect(plan.fleet.deckies).toHaveLength(5);
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it('has its manual page where man looks for it', async () => {
    const page = join(installed.prefix, 'share/man/man1/decnet.1');
    expect(await realpath(page)).toBe(await realpath(join(installed.folder, 'man/decnet.1')));
    expect(await readFile(page, 'utf8')).toBe(await printed('man'));
  });

  it('completes commands and names', async () => {
    expect(await printed('completion', 'bash')).toMatch(/complete -F _decnet decnet\n$/);
    expect(await printed('completion', 'complete', '--', 'archetypes', 'show', 'pri')).toBe('printer\n');
  });

  it('completes a line in bash, found on PATH', async () => {
    const program = [
      'source <(decnet completion bash)',
      'COMP_WORDS=(decnet services show ss) COMP_CWORD=3',
      '_decnet',
      'echo "$' + '{COMPREPLY[@]}"',
    ].join('\n');
    const options = { cwd: elsewhere, programs: join(installed.prefix, 'bin') };
    const { stdout } = await (await start('host', ['bash', '--norc', '-c', program], options)).ended;
    expect(stdout).toBe('ssh\n');
  });
});

describe('a fleet of the installed program', () => {
  let site: Site;

  beforeAll(async () => {
    site = await openSite(smallFleet('installed', ['ssh']), installed.decnet);
  });

  afterAll(() => site?.close());

  it('is deployed, looked at and taken down', async () => {
    await site.succeed('deploy');
    expect(troublesOf(await site.status())).toEqual([]);
    await site.succeed('teardown');
    expect(await marksOf('installed')).toEqual([]);
  });

  it('has written nothing into the package', async () => {
    expect(await installed.digest()).toBe(untouched);
  });
});
