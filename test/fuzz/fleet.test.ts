import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/errors.ts';
import { loadCatalogue } from '../../src/fleet/catalogue.ts';
import { fleetFromObject, readFleetFile } from '../../src/fleet/parse.ts';
import { resolveFleet } from '../../src/fleet/resolve.ts';
import { resolvedFleetSchema } from '../../src/fleet/resolved.ts';
import { validateFleet } from '../../src/fleet/validate.ts';
import { facts } from '../fleet/catalogue-fixture.ts';
import { temporaryFolder } from '../fleet/temporary-folder.ts';
import { check, patient } from './check.ts';
import { documented, orRefused } from './documented.ts';
import { jsonLike } from './json-like.ts';
import { mutatedText } from './mutated-text.ts';

const root = new URL('../..', import.meta.url).pathname;
const catalogue = await loadCatalogue(join(root, 'templates'));
const office = readFileSync(join(root, 'examples/office.yaml'), 'utf8');
/** Every key that a fleet file has. */
const full = `name: full
seed: "7"
domain: corp.example
network: { driver: macvlan, interface: eth0, subnet: 198.51.100.0/24, gateway: 198.51.100.254, range: 198.51.100.64/27 }
deckies:
  - &first
    name: files-01
    archetype: file-server
    ip: 198.51.100.70
    mac: 00:11:32:87:aa:cd
    hostname: backup08
    distro: debian
    services: [ssh, ftp]
    config: { ssh: { banner: SSH-2.0-OpenSSH_8.9p1, accept: [{ username: root, password: toor }] }, ftp: {} }
  - { archetype: linux-server, count: 3 }
  - archetype: web-server
`;

describe('a fleet file with mistakes of any kind', () => {
  it('is refused with line and column, or resolves to a whole fleet', patient, async () => {
    const file = join(await temporaryFolder(), 'fleet.yaml');
    let good = 0;
    await check(
      fc.asyncProperty(mutatedText([full, office]), async ({ content }) => {
        await writeFile(file, content);
        const source = await readFleetFile(file, catalogue).catch((error: unknown) => {
          const { exitCode, message } = documented(error);
          expect(exitCode).toBe(exitCodes.usage);
          for (const line of message.split('\n'))
            expect(line).toMatch(/fleet\.yaml:\d+:\d+: |is not UTF-8|file is empty|^… and \d+ more$/);
          return null;
        });
        if (source === null) return;
        await orRefused(() => validateFleet(source, catalogue, null), exitCodes.usage);
        const resolve = () => resolveFleet(source.fleet, facts, catalogue, source.positions);
        const resolved = await orRefused(resolve, exitCodes.usage);
        if (resolved === null) return;
        good += 1;
        // What deploy would record is what the state file can be read back with.
        expect(resolvedFleetSchema.parse(JSON.parse(JSON.stringify(resolved)))).toEqual(resolved);
        expect(resolve()).toEqual(resolved);
      }),
      150,
    );
    expect(good, 'some changes do no harm').toBeGreaterThan(10);
  });
});

describe('a fleet given from code', () => {
  it('may be anything at all', patient, async () => {
    await check(
      fc.asyncProperty(jsonLike, async (value) => {
        const source = await orRefused(() => fleetFromObject(value, catalogue), exitCodes.usage);
        if (source !== null) await orRefused(() => validateFleet(source, catalogue, facts), exitCodes.usage);
      }),
      150,
    );
  });
});
