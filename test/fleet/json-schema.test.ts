import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadCatalogue } from '../../src/fleet/catalogue.ts';
import { fleetJsonSchema } from '../../src/fleet/json-schema.ts';
import { packageRoot, templatesFolder } from '../../src/package-root.ts';

// To write it anew: UPDATE_SCHEMA=1 npx vitest run --project unit test/fleet/json-schema.test.ts
// and then: npx biome check --write fleet.schema.json
const file = join(packageRoot(), 'fleet.schema.json');

it('ships the JSON Schema that zod and the catalogue give', async () => {
  const schema = fleetJsonSchema(await loadCatalogue(templatesFolder()));
  if (process.env.UPDATE_SCHEMA === '1') await writeFile(file, `${JSON.stringify(schema, null, 2)}\n`);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});
