import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../src/fleet/catalogue.ts';
import { readFleetFile } from '../../src/fleet/parse.ts';
import { validateFleet } from '../../src/fleet/validate.ts';
import { packageRoot, templatesFolder } from '../../src/package-root.ts';

const folder = join(packageRoot(), 'examples');
const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));

it('has examples', () => {
  expect(names).toContain('office.yaml');
});

describe.each(names)('the example %s', (name) => {
  it('names for editors a schema that is there', async () => {
    const [first = ''] = (await readFile(join(folder, name), 'utf8')).split('\n');
    const [, schema] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
    expect(schema, first).toBeDefined();
    expect(existsSync(join(folder, schema ?? '')), schema).toBe(true);
  });

  it('is valid', async () => {
    const catalogue = await loadCatalogue(templatesFolder());
    const source = await readFleetFile(join(folder, name), catalogue);
    expect(validateFleet(source, catalogue, null)).toMatchObject({ checkedAgainst: null });
  });
});
