import { describe, expect, it } from 'vitest';
import { fleetFromObject } from '../../src/fleet/parse.ts';
import { resolveFleet } from '../../src/fleet/resolve.ts';
import type { ResolvedFleet } from '../../src/fleet/resolved.ts';
import type { FleetInput } from '../../src/fleet/schema.ts';
import { catalogue, facts } from './catalogue-fixture.ts';

function resolve(input: FleetInput): ResolvedFleet {
  return resolveFleet(fleetFromObject(input, catalogue).fleet, facts, catalogue);
}

const machines = (over: Partial<FleetInput> = {}, count = 40) =>
  resolve({ deckies: [{ archetype: 'office-machine', count }], ...over }).deckies;

describe('a device', () => {
  it("has its own maker's MAC, a host name of its own style, and its own OS family", () => {
    const deckies = machines();
    expect(new Set(deckies.map(({ distro }) => distro))).toEqual(new Set(['canon-printer', 'axis-camera']));
    for (const { distro, mac, hostname, osFamily, sysctls } of deckies) {
      const isPrinter = distro === 'canon-printer';
      const digits = mac?.replaceAll(':', '') ?? '';
      expect(mac?.slice(0, 8)).toBe(isPrinter ? '00:bb:c1' : 'ac:cc:8e');
      expect(hostname).toBe(isPrinter ? `Canon${digits.slice(6).toUpperCase()}` : `axis-${digits}`);
      expect(osFamily).toBe(isPrinter ? 'embedded' : 'linux');
      expect(sysctls).toEqual({ 'net.ipv4.ip_default_ttl': isPrinter ? '255' : '64' });
    }
  });

  it('is named after the MAC that the file gives', () => {
    const [decky] = resolve({
      deckies: [{ archetype: 'office-machine', distro: 'axis-camera', mac: 'AC:CC:8E:00:00:0F' }],
    }).deckies;
    expect(decky?.hostname).toBe('axis-accc8e00000f');
  });

  it('keeps its own where the archetype has others for the systems that bring none', () => {
    const { deckies } = resolve({ deckies: [{ archetype: 'recorder', count: 20 }] });
    expect(new Set(deckies.map(({ distro }) => distro))).toEqual(new Set(['axis-camera', 'debian']));
    for (const { distro, mac, hostname } of deckies) {
      expect(mac?.slice(0, 8)).toBe(distro === 'axis-camera' ? 'ac:cc:8e' : '00:50:56');
      expect(hostname).toMatch(distro === 'axis-camera' ? /^axis-accc8e[0-9a-f]{6}$/ : /^rec[0-9]{2}$/);
    }
  });

  it.each([
    ['axis-camera', 'ac:cc:8e:00:00:0f', 'AXIS-ACCC8E00000F', /^axis-(?!accc8e00000f)[0-9a-f]{12}$/],
    ['canon-printer', '00:bb:c1:00:00:0f', 'canon00000f', /^Canon(?!00000F)[0-9A-F]{6}$/],
  ])(
    'has a drawn name where that of its MAC is taken, whatever its letters: %s',
    (distro, mac, name, drawn) => {
      const [, decky] = resolve({
        deckies: [
          { archetype: 'web-server', hostname: name },
          { archetype: 'office-machine', distro, mac },
        ],
      }).deckies;
      expect(decky?.hostname).toMatch(drawn);
    },
  );

  it('has a drawn name on ipvlan, where it has no MAC of its own', () => {
    const names = machines({ network: { driver: 'ipvlan' } }).map(({ hostname }) => hostname);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^(axis-[0-9a-f]{12}|Canon[0-9A-F]{6})$/);
  });
});

describe('an archetype of several families', () => {
  it('gives each decky the family of what it runs, and Windows a name as Windows draws it', () => {
    const { deckies } = resolve({ deckies: [{ archetype: 'desktop', count: 20 }] });
    expect(new Set(deckies.map(({ osFamily }) => osFamily))).toEqual(new Set(['linux', 'windows']));
    for (const { distro, osFamily, hostname } of deckies) {
      expect(osFamily).toBe(distro === 'win11' ? 'windows' : 'linux');
      expect(hostname).toMatch(/^DESKTOP-[0-9A-Z]{7}$/);
    }
  });

  it('runs general-purpose systems of these families that it does not list', () => {
    const [decky] = resolve({ deckies: [{ archetype: 'desktop', distro: 'kali' }] }).deckies;
    expect(decky).toMatchObject({ distro: 'kali', osFamily: 'linux' });
  });
});

describe('options that an archetype sets', () => {
  it("stand over the service's defaults, and under the file's", () => {
    const archetype = 'office-machine';
    const [plain, changed, replaced] = resolve({
      deckies: [
        { archetype },
        { archetype, config: { ssh: { tries: 2 } } },
        { archetype, services: ['ssh'] },
      ],
    }).deckies.map(({ services }) => services.find(({ name }) => name === 'ssh')?.config);
    expect(plain).toMatchObject({ tries: 7, mode: 'slow', banner: 'SSH-2.0-x' });
    expect(changed).toMatchObject({ tries: 2, mode: 'slow' });
    expect(replaced).toMatchObject({ tries: 7, mode: 'slow' });
  });
});

describe('the domain of a fleet', () => {
  const domainOf = (over: Partial<FleetInput> = {}) =>
    resolve({ deckies: [{ archetype: 'web-server' }], ...over }).domain;

  it('is what the file gives, in small letters', () => {
    expect(domainOf({ domain: 'Corp.Example' })).toBe('corp.example');
  });

  it('is drawn from the seed: the same again, whatever the deckies, and another for another seed', () => {
    const seeded = domainOf({ seed: 'spring' });
    expect(seeded).toMatch(/^([a-z]+\.)?[a-z]{4,11}\.(local|lan|internal|intranet|corp)$/);
    expect(domainOf({ seed: 'spring', deckies: [{ archetype: 'file-server', count: 9 }] })).toBe(seeded);
    const others = Array.from({ length: 200 }, (_, index) => domainOf({ seed: `${index}` }));
    expect(new Set(others).size).toBeGreaterThan(190);
  });

  it.each([
    'corp',
    'corp.',
    '.lan',
    'a..b',
    'a b.lan',
    'corp.1',
    '192.0.2.7',
    `${'a'.repeat(64)}.lan`,
    'ä.lan',
  ])('cannot be %j', (domain) => {
    expect(() => domainOf({ domain })).toThrow('is not a domain of two or more names');
  });

  it.each(['a.b', 'corp.example', 'ad.corp-1.example', `${'a'.repeat(60)}.lan`])('can be %j', (domain) => {
    expect(domainOf({ domain })).toBe(domain);
  });
});
