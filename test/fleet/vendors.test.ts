import registry from 'oui-data' with { type: 'json' };
import { expect, it } from 'vitest';
import { z } from 'zod';
import { loadCatalogue } from '../../src/fleet/catalogue.ts';
import { templatesFolder } from '../../src/package-root.ts';

/** `001132` → the organisation's name and its address, a line each. */
const holders = z.record(z.string(), z.string()).parse(registry);

it('gives to every vendor only what the registry of the IEEE gives to its organisation', async () => {
  const { vendors } = await loadCatalogue(templatesFolder());
  for (const organisations of vendors.values()) {
    for (const [organisation, ouis] of Object.entries(organisations)) {
      for (const oui of ouis) {
        const holder = holders[oui.replaceAll(':', '').toUpperCase()];
        expect(holder?.split('\n')[0], oui).toBe(organisation);
      }
    }
  }
});

it('gives no OUI twice', async () => {
  const { vendors } = await loadCatalogue(templatesFolder());
  const ouis = [...vendors.values()].flatMap((organisations) => Object.values(organisations).flat());
  expect(new Set(ouis).size).toBe(ouis.length);
});
