import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseContainerName } from '../../src/fleet/names.ts';
import { packageRoot } from '../../src/package-root.ts';
import { smallFleet } from './fleets.ts';
import { docker, run } from './on-lab.ts';
import { openSite, type Site } from './site.ts';

/** Where the tests of what stands on the libraries of the runtime image lie. */
const folder = 'test/templates/image';
const files = (await readdir(join(packageRoot(), folder))).filter((name) => /^test_.*\.py$/.test(name));

describe('in the runtime image', () => {
  let site: Site;
  let image: string;

  beforeAll(async () => {
    site = await openSite(smallFleet('templates', ['redis']));
    await site.succeed('deploy');
    [image = ''] = await docker(
      'inspect',
      '--format',
      '{{.Config.Image}}',
      baseContainerName('templates', 'box-01'),
    );
  });

  afterAll(() => site?.close());

  it.concurrent.each(files)('the templates pass %s', async (file) => {
    const checkout = ['--volume', `${packageRoot()}:/checkout:ro`, '--workdir', join('/checkout', folder)];
    const python = ['--entrypoint', 'python3', image, '-W', 'error', '-m', 'unittest', file];
    const { exitCode, stderr } = await run(
      'host',
      'docker',
      'run',
      '--rm',
      '--network',
      'none',
      ...checkout,
      ...python,
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr });
    expect(stderr).toMatch(/^Ran [1-9]\d* tests? in/m);
    expect(stderr).not.toContain('skipped=');
  });
});
