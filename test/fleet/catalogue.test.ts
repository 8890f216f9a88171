import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../src/fleet/catalogue.ts';
import { isDevice, osFamiliesOf, servicesOfArchetype } from '../../src/fleet/machine.ts';
import { fleetFromObject, readFleetFile } from '../../src/fleet/parse.ts';
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
  it('has 34 services and seven OS families', async () => {
    const catalogue = await loadCatalogue(templatesFolder());
    expect(catalogue.services.size).toBe(34);
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
      const ports = servicesOfArchetype(archetype).flatMap((name) => services.get(name)?.ports ?? []);
      expect(new Set(ports.map(({ port, protocol }) => `${port}/${protocol}`)).size).toBe(ports.length);
    }
  });

  it('has every service, distro, OS family and vendor in some archetype', async () => {
    const { archetypes, services, distros, osFamilies, vendors } = await loadCatalogue(templatesFolder());
    const kinds = [...archetypes.values()];
    const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
    expect(sorted(kinds.flatMap(servicesOfArchetype))).toEqual(sorted(services.keys()));
    expect(sorted(kinds.flatMap((kind) => kind.distros))).toEqual(sorted(distros.keys()));
    expect(sorted(kinds.flatMap((kind) => osFamiliesOf(kind, { distros })))).toEqual(
      sorted(osFamilies.keys()),
    );
    expect(sorted([...kinds, ...distros.values()].flatMap((owner) => owner.vendors ?? []))).toEqual(
      sorted(vendors.keys()),
    );
  });

  it('offers nothing on Windows that Windows does not', async () => {
    const catalogue = await loadCatalogue(templatesFolder());
    const foreign = ['ssh', 'telnet', 'ftp', 'tftp', 'postgres', 'redis', 'docker-api', 'kubernetes'];
    for (const [name, archetype] of catalogue.archetypes) {
      const families = osFamiliesOf(archetype, catalogue);
      if (!families.some((family) => family.startsWith('windows'))) continue;
      expect(families, `${name} is Windows on every distro`).toHaveLength(1);
      const offered = servicesOfArchetype(archetype);
      expect(offered, name).toEqual(expect.arrayContaining(['smb', 'msrpc', 'rdp']));
      expect(
        offered.filter((service) => foreign.includes(service)),
        name,
      ).toEqual([]);
    }
  });

  it('keeps names of Windows machines to what NetBIOS takes', async () => {
    const { archetypes, distros } = await loadCatalogue(templatesFolder());
    for (const { hostnames = [], distros: runs } of archetypes.values()) {
      if (!runs.some((name) => distros.get(name)?.os_family.startsWith('windows'))) continue;
      for (const pattern of hostnames) {
        // A number may grow to three digits.
        const length = pattern.replace('{nn}', '123').replace(/[{}]/g, '').length;
        expect(length, pattern).toBeLessThanOrEqual(15);
      }
    }
  });

  it('resolves a fleet of one of everything, each with the hardware of what it runs', async () => {
    const catalogue = await loadCatalogue(templatesFolder());
    const input = { deckies: [...catalogue.archetypes.keys()].map((archetype) => ({ archetype })) };
    const { fleet } = fleetFromObject(input, catalogue);
    const { deckies } = resolveFleet(fleet, facts, catalogue);
    expect(deckies).toHaveLength(catalogue.archetypes.size);
    for (const { archetype, distro, osFamily, mac, hostname } of deckies) {
      const runs = catalogue.distros.get(distro);
      const vendors = runs?.vendors ?? catalogue.archetypes.get(archetype)?.vendors ?? [];
      const ouis = vendors.flatMap((vendor) => Object.values(catalogue.vendors.get(vendor) ?? {}).flat());
      expect(ouis).toContain(mac?.slice(0, 8));
      expect(osFamily).toBe(runs?.os_family);
      expect(hostname).toMatch(/^[a-zA-Z][a-zA-Z0-9-]{1,62}$/);
    }
  });

  it('gives a device to no archetype but those that list it', async () => {
    const { archetypes, distros } = await loadCatalogue(templatesFolder());
    const kinds = [...archetypes.values()];
    for (const [name, distro] of distros) {
      if (isDevice(distro)) expect(kinds.filter((kind) => kind.distros.includes(name))).toHaveLength(1);
    }
  });

  it('resolves the example on the LAN of the lab', async () => {
    const catalogue = await loadCatalogue(templatesFolder());
    const { fleet, positions } = await readFleetFile(join(packageRoot(), 'examples/office.yaml'), catalogue);
    const resolved = resolveFleet(fleet, facts, catalogue, positions);
    expect(resolved.deckies).toHaveLength(5);
    expect(new Set(resolved.deckies.flatMap(({ services }) => services.map(({ name }) => name)))).toEqual(
      new Set(['ssh', 'http', 'https', 'ftp', 'smb', 'mysql', 'postgres', 'redis']),
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
      /archetypes\.yaml:\d+:13: unknown distro "debain"; did you mean "debian"\?$/,
    ],
    [
      'an unknown service',
      'archetypes.yaml',
      (text) => text.replace('services: [ssh]', 'services: [shh]'),
      /archetypes\.yaml:\d+:14: unknown service "shh"; did you mean "ssh"\?$/,
    ],
    [
      'an unknown vendor',
      'archetypes.yaml',
      (text) => text.replace('vendors: [dell, hpe, vmware]', 'vendors: [del]'),
      /unknown vendor "del"; did you mean "dell"\?/,
    ],
    [
      'an unknown OS family',
      'distros.yaml',
      (text) => text.replace('linux', 'linx'),
      /distros\.yaml:\d+:14: unknown OS family "linx"; did you mean "linux"\?$/,
    ],
    [
      'a device of an unknown vendor',
      'distros.yaml',
      (text) => text.replace('[apple]', '[aple]'),
      /distros\.yaml:\d+:13: unknown vendor "aple"; did you mean "apple"\?$/,
    ],
    [
      'an archetype without hardware for what it runs',
      'archetypes.yaml',
      (text) => text.replace(/^ {2}vendors: .*\n/m, ''),
      /archetypes\.yaml:\d+:1: key "vendors" is missing: distro debian has none of its own$/,
    ],
    [
      'an option that a service does not have',
      'archetypes.yaml',
      (text) => text.replace('services: [ssh]', 'services: { ssh: { bannr: x } }'),
      /archetypes\.yaml:\d+:22: unknown key "bannr"; did you mean "banner"\?$/,
    ],
    [
      'options of an unknown service',
      'archetypes.yaml',
      (text) => text.replace('services: [ssh]', 'services: { shh: {} }'),
      /archetypes\.yaml:\d+:15: unknown service "shh"; did you mean "ssh"\?$/,
    ],
    [
      'services that are neither a list nor a map',
      'archetypes.yaml',
      (text) => text.replace('services: [ssh]', 'services: ssh'),
      /archetypes\.yaml:\d+:13: expected a list of services, or services with their options$/,
    ],
    [
      'host names that would all be one',
      'archetypes.yaml',
      (text) => text.replace('"old{nn}"', '"old"'),
      /a host name ends in a placeholder such as \{nn\}, e\.g\. web\{nn\}$/,
    ],
    [
      'a multicast vendor',
      'vendors.yaml',
      (text) => text.replace('"04:', '"05:'),
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
