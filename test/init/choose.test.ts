import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../src/fleet/catalogue.ts';
import { hostFactsFrom } from '../../src/fleet/host-facts.ts';
import { parseFleet } from '../../src/fleet/parse.ts';
import { type ValidFleet, validateFleet } from '../../src/fleet/validate.ts';
import { chooseFleet, type Given, summary } from '../../src/init/choose.ts';
import { fleetText } from '../../src/init/fleet-text.ts';
import type { Here } from '../../src/init/lan.ts';
import type { Ask } from '../../src/init/questions.ts';
import { templatesFolder } from '../../src/package-root.ts';
import { rejection } from '../fakes/bench.ts';
import { here, neighbour } from './lan-fixture.ts';

const catalogue = await loadCatalogue(templatesFolder());
const office = here();
const wireless = here({ name: 'wlan0', wireless: true });
const choose = (given: Given = {}, where: Here = office, ask: Ask | null = null) =>
  chooseFleet({ given, here: where, catalogue, ask });

async function write(given: Given = {}, where: Here = office): Promise<string> {
  return fleetText(await choose(given, where), catalogue, 'file:///fleet.schema.json');
}

function validate(text: string, where: Here): ValidFleet {
  return validateFleet(parseFleet(text, 'fleet.yaml', catalogue), catalogue, hostFactsFrom(where));
}

/** What is commented out comes into force; sentences stay comments. */
function uncommented(text: string): string {
  return text.replace(/^( *)# ( *(?:- )?(?:\{ |[a-z]+:(?: |$)))/gm, '$1$2');
}

describe('the file', () => {
  it.each<[string, Given, Here, number]>([
    ['nothing is given', {}, office, 5],
    ['there is only Wi-Fi', {}, wireless, 5],
    ['all is given', { name: 'lab', driver: 'ipvlan', range: '198.51.100.64/27', deckies: 7 }, office, 7],
    ['one decky is wanted', { deckies: 1 }, office, 1],
    ['archetypes are named, one twice', { archetype: ['printer', 'web-server', 'printer'] }, office, 2],
    ['the interface has a name that YAML reads as something else', {}, here({ name: 'on' }), 5],
    ['the interface is a VLAN', {}, here({ name: 'eth0.20' }), 5],
  ])('is valid when %s, also with its commented parts in force', async (_, given, where, deckies) => {
    const text = await write(given, where);
    const { routes } = where;
    expect(validate(text, where)).toMatchObject({ deckies, checkedAgainst: routes[0]?.link });
    const whole = uncommented(text);
    for (const key of ['subnet', 'gateway', '- name', 'hostname', 'config', 'egress', 'allow']) {
      expect(whole).toMatch(new RegExp(`^ *${key}:`, 'm'));
    }
    expect(validate(whole, where)).toMatchObject({ deckies: deckies + 1 });
  });

  it('is the same for the same LAN and flags', async () => {
    const given = { deckies: 6, archetype: ['printer', 'linux-server'] };
    const seen = here({}, [neighbour('198.51.100.230')]);
    expect(await write(given, seen)).toBe(await write({ ...given }, here({}, [neighbour('198.51.100.230')])));
  });

  it('says where no block of addresses is free, and is valid all the same', async () => {
    const everybody = Array.from({ length: 256 }, (_, host) => neighbour(`198.51.100.${host}`));
    const full = here({}, everybody);
    const text = await write({}, full);
    expect(text).toContain('# No block of addresses was free of machines.');
    expect(text).not.toMatch(/^ {2}range:/m);
    expect(validate(text, full).deckies).toBe(5);
  });
});

describe('what nobody said', () => {
  it('is found: the interface of the default route, and what an office has', async () => {
    const choices = await choose();
    expect(choices).toMatchObject({ name: 'decnet', driver: 'macvlan', range: '198.51.100.224/28' });
    expect(choices.lan).toMatchObject({ interface: 'eth0', gateway: '198.51.100.1' });
    expect(choices.kinds.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1]);
    expect(summary(choices)).toBe(
      '5 deckies by macvlan for 198.51.100.0/24 on eth0, addresses from 198.51.100.224/28',
    );
  });

  it('is ipvlan on Wi-Fi, and the file says why; a flag wins', async () => {
    expect(await choose({}, wireless)).toMatchObject({ driver: 'ipvlan' });
    expect(await write({}, wireless)).toContain('# Most Wi-Fi access points drop the frames of macvlan.');
    expect(await choose({ driver: 'macvlan' }, wireless)).toMatchObject({ driver: 'macvlan' });
  });

  it('is a range in which nobody was seen: no neighbour, and no decky that is deployed', async () => {
    expect(await choose({}, here({}, [neighbour('198.51.100.230')]))).toMatchObject({
      range: '198.51.100.208/28',
    });
    const silent = [
      neighbour('198.51.100.230', { states: ['FAILED'] }),
      neighbour('198.51.100.231', { mac: null, states: ['INCOMPLETE'] }),
      neighbour('fe80::1'),
    ];
    expect(await choose({}, here({}, silent))).toMatchObject({ range: '198.51.100.224/28' });
    const deployed = { destination: '198.51.100.229/32', link: 'dn-office', gateway: null };
    expect(await choose({}, { ...office, routes: [...office.routes, deployed] })).toMatchObject({
      range: '198.51.100.208/28',
    });
  });

  it('is not asked for where it was given', async () => {
    const texts: string[] = [];
    const ask: Ask = async ({ text, usual, take }) => {
      texts.push(text);
      return take(usual);
    };
    expect(await choose({}, office, ask)).toEqual(await choose());
    expect(texts).toHaveLength(4);
    await choose({ interface: 'eth0', deckies: 2, archetype: ['printer'] }, office, ask);
    expect(texts.slice(4)).toEqual([expect.stringContaining('Addresses for deckies')]);
    await choose(
      { interface: 'eth0', deckies: 2, archetype: ['printer'], range: '198.51.100.64/27' },
      office,
      ask,
    );
    expect(texts).toHaveLength(5);
  });
});

describe('what cannot be is refused with exit code 2:', () => {
  const lost = { ...office, routes: [] };
  const bare = here({ addresses: [] });
  const tiny = here({ addresses: ['198.51.100.2/29'] });

  it.each<[string, Given, Here, string, string | RegExp]>([
    [
      'an unknown archetype, with the nearest',
      { archetype: ['printr'] },
      office,
      'NO_SUCH_ARCHETYPE',
      'printer',
    ],
    ['an unknown interface', { interface: 'eth7' }, office, 'NO_SUCH_INTERFACE', 'there are: eth0'],
    [
      'a name that no interface has',
      { interface: '../eth0\u001b[2J' },
      office,
      'NO_SUCH_INTERFACE',
      /^[^\p{Cc}]+$/u,
    ],
    ['no default route', {}, lost, 'NO_SUCH_INTERFACE', 'eth0 (198.51.100.2/24)'],
    ['an interface without an address', {}, bare, 'NO_LAN', 'no IPv4 address'],
    [
      'fewer deckies than archetypes',
      { deckies: 1, archetype: ['printer', 'web-server'] },
      office,
      'USAGE',
      '1 deckies',
    ],
    ['a range elsewhere', { range: '192.0.2.0/27' }, office, 'USAGE', 'not inside the subnet'],
    ['what is no range', { range: '198.51.100.64' }, office, 'USAGE', 'is not a network'],
    ['more deckies than a range holds', { range: '198.51.100.64/30' }, office, 'USAGE', 'are needed'],
    ['more deckies than a LAN holds', { deckies: 30 }, tiny, 'USAGE', 'are needed'],
    ['a name that no deployment may have', { name: 'my fleet' }, office, 'USAGE', 'name'],
  ])('%s', async (_, given, where, code, message) => {
    const error = await rejection(choose(given, where));
    expect(error).toMatchObject({ code, exitCode: 2, hint: expect.any(String) });
    expect(String(error)).toMatch(message);
  });

  it('an interface that is no LAN only where it is not another that is meant', async () => {
    const lan = await choose({ interface: 'eth0' }, lost);
    expect(lan.lan).toMatchObject({ interface: 'eth0', gateway: null });
  });
});
