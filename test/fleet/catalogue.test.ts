import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../src/fleet/catalogue.ts';
import { readFleetFile } from '../../src/fleet/parse.ts';
import { resolveFleet } from '../../src/fleet/resolve.ts';
import { packageRoot, templatesFolder } from '../../src/package-root.ts';
import { facts } from './catalogue-fixture.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function brokenCopy(file: string, change: (text: string) => string): Promise<string> {
  const folder = join(await temporaryFolder(), 'templates');
  await cp(templatesFolder(), folder, { recursive: true });
  const path = join(folder, file);
  await writeFile(path, change(await readFile(path, 'utf8')));
  return folder;
}

describe('the catalogue that is shipped', () => {
  it('loads, with nine distros and seven OS families', async () => {
    const catalogue = await loadCatalogue(templatesFolder());
    expect([...catalogue.services.keys()]).toEqual(expect.arrayContaining(['ftp', 'http', 'redis', 'ssh']));
    expect(catalogue.distros.size).toBe(9);
    expect([...catalogue.osFamilies.keys()]).toEqual([
      'linux',
      'windows',
      'windows-server',
      'macos',
      'bsd',
      'embedded',
      'cisco',
    ]);
  });

  it('sets the same sysctls in every OS family', async () => {
    const { osFamilies } = await loadCatalogue(templatesFolder());
    const keys = [...osFamilies.values()].map(({ sysctls }) => Object.keys(sysctls).join());
    expect(new Set(keys).size).toBe(1);
  });

  it('has rules without comments', async () => {
    const { osFamilies } = await loadCatalogue(templatesFolder());
    const rules = [...osFamilies.values()].flatMap(({ disguise }) => Object.values(disguise).flat());
    expect(rules.length).toBeGreaterThan(20);
    expect(rules.filter((rule) => rule === '' || rule.includes('#') || rule !== rule.trim())).toEqual([]);
    expect(osFamilies.get('windows')?.disguise.handshakes).toContain(
      'tcp option window exists tcp window set 65535',
    );
  });

  it('has no archetype whose services want the same port', async () => {
    const { archetypes, services } = await loadCatalogue(templatesFolder());
    for (const archetype of archetypes.values()) {
      const ports = archetype.services.flatMap((name) => services.get(name)?.ports ?? []);
      expect(new Set(ports.map(({ port, protocol }) => `${port}/${protocol}`)).size).toBe(ports.length);
    }
  });

  it('resolves the example on the LAN of the lab', async () => {
    const catalogue = await loadCatalogue(templatesFolder());
    const { fleet, positions } = await readFleetFile(join(packageRoot(), 'examples/office.yaml'), catalogue);
    const resolved = resolveFleet(fleet, facts, catalogue, positions);
    expect(resolved.deckies).toHaveLength(5);
    expect(new Set(resolved.deckies.flatMap(({ services }) => services.map(({ name }) => name)))).toEqual(
      new Set(['ssh', 'http', 'ftp', 'redis']),
    );
    // The lab's attacker is .200; facts of a host know nothing of it.
    expect(resolved.deckies.map(({ ip }) => ip)).not.toContain('198.51.100.200');
  });
});

describe('a broken catalogue', () => {
  it.each<[string, string, (text: string) => string, RegExp]>([
    [
      'an unknown distro',
      'archetypes.yaml',
      (text) => text.replace('[debian, ubuntu20, centos7]', '[debain]'),
      /archetypes\.yaml:\d+:15: unknown distro "debain"; did you mean "debian"\?$/,
    ],
    [
      'an unknown service',
      'archetypes.yaml',
      (text) => text.replace('services: [ssh]', 'services: [shh]'),
      /archetypes\.yaml:\d+:16: unknown service "shh"; did you mean "ssh"\?$/,
    ],
    [
      'an unknown vendor',
      'archetypes.yaml',
      (text) => text.replace('vendors: [dell, hp, vmware]', 'vendors: [del]'),
      /unknown vendor "del"; did you mean "dell"\?/,
    ],
    [
      'an unknown OS family',
      'distros.yaml',
      (text) => text.replace('linux', 'linx'),
      /distros\.yaml:\d+:14: unknown OS family "linx"; did you mean "linux"\?$/,
    ],
    [
      'a distro of another family',
      'distros.yaml',
      (text) => text.replace('linux', 'bsd'),
      /distro debian is bsd, not linux/,
    ],
    [
      'a multicast vendor',
      'archetypes.yaml',
      (text) => text.replace('00:14:22', '01:14:22'),
      /not the first three bytes of a unicast MAC/,
    ],
    [
      'a sysctl of the whole host',
      'os-families.yaml',
      (text) => text.replace('net.ipv4.tcp_sack', 'kernel.panic'),
      /os-families\.yaml:.*only net\.\*/,
    ],
    [
      'a rule at no known moment',
      'os-families.yaml',
      (text) => text.replace('received:', 'recieved:'),
      /os-families\.yaml:\d+:\d+: .*recieved/,
    ],
    ['a syntax error', 'distros.yaml', (text) => `${text}"`, /distros\.yaml:\d+:\d+: YAML: /],
  ])('with %s is refused with file and line', async (_what, file, change, message) => {
    await expect(loadCatalogue(await brokenCopy(file, change))).rejects.toMatchObject({
      code: 'CATALOGUE_INVALID',
      message: expect.stringMatching(message),
    });
  });
});
