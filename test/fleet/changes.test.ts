import { describe, expect, it } from 'vitest';
import { type FleetChange, type FleetWithImages, fleetChanges } from '../../src/fleet/changes.ts';
import type { ResolvedDecky, ResolvedFleet } from '../../src/fleet/resolved.ts';
import { decky, office } from '../fakes/fleet.ts';

const files = decky('files-01', 70, ['ssh', 'http']);
const web = decky('web-01', 71, ['http']);

const images = (over: Readonly<Record<string, string>> = {}): FleetWithImages['images'] => {
  const { runtime, ...services } = { runtime: 'r:1', ssh: 's:1', http: 'h:1', ...over };
  const tagged = Object.entries(services).map(([name, tag]) => [name, { tag }]);
  return { runtime: { tag: runtime }, services: Object.fromEntries(tagged) };
};

function changesTo(over: Partial<ResolvedFleet>, tags = images()): readonly FleetChange[] {
  return fleetChanges({ fleet: office(), images: images() }, { fleet: office(over), images: tags });
}

it('is nothing between a fleet and itself', () => {
  expect(changesTo({})).toEqual([]);
});

it('names deckies that come, change and go, in the order of the new fleet, those that go last', () => {
  const deckies = [decky('new-01', 72, ['ssh']), { ...web, hostname: 'SHOP' }];
  expect(changesTo({ deckies })).toEqual([
    { action: 'add', decky: 'new-01', what: [] },
    { action: 'change', decky: 'web-01', what: ['hostname WEB-01 → SHOP'] },
    { action: 'remove', decky: 'files-01', what: [] },
  ]);
});

describe('what changes of a decky', () => {
  const [ssh, http] = files.services;
  if (ssh === undefined || http === undefined) throw new Error('files-01 has two services');

  it.each<[string, Partial<ResolvedDecky>, readonly string[]]>([
    ['its address', { ip: '198.51.100.75' }, ['ip 198.51.100.70 → 198.51.100.75']],
    ['its MAC, which ipvlan has none of', { mac: null }, ['mac 02:00:00:00:00:46 → none']],
    [
      'what it is',
      { archetype: 'printer', distro: 'hp' },
      ['archetype linux-server → printer', 'distro debian → hp'],
    ],
    ['its identity, without the seed', { seed: 'c'.repeat(64) }, ['another seed']],
    ['a service more and one less', { services: [ssh, { ...http, name: 'smb' }] }, ['+smb', '-http']],
    ['no service, in another order', { services: [http, ssh] }, []],
    ['an option', { services: [{ ...ssh, config: { banner: 'hunter2' } }, http] }, ['ssh: banner']],
    [
      'an option more, one less, and ports',
      { services: [{ ...ssh, config: { password: 'hunter2' }, ports: [] }, http] },
      ['ssh: banner, password, ports'],
    ],
  ])('is %s', (_, over, what) => {
    const changes = changesTo({ deckies: [{ ...files, ...over }, web] });
    expect(changes).toEqual(what.length === 0 ? [] : [{ action: 'change', decky: 'files-01', what }]);
    expect(JSON.stringify(changes)).not.toContain('hunter2');
  });
});

describe('what changes of all deckies', () => {
  const alerts = [{ on: ['auth'], webhook: 'https://x.example/hunter2', deckies: null, services: null }];

  it.each<[string, Partial<ResolvedFleet>, readonly string[]]>([
    [
      'the network',
      { network: { ...office().network, interface: 'eth1', gateway: null, bridgeAddress: '198.51.100.94' } },
      ['interface eth0 → eth1', 'gateway 198.51.100.1 → none', 'host bridge 198.51.100.95 → 198.51.100.94'],
    ],
    [
      'no range, which nothing on the wire has',
      { network: { ...office().network, range: '198.51.100.0/25' } },
      [],
    ],
    [
      'the way out and the limits',
      { egress: { policy: 'open', allow: [] }, domain: 'x.example' },
      ['domain', 'egress'],
    ],
    ['alerts, without their webhook', { alerts }, ['alerts']],
  ])('is %s', (_, over, what) => {
    expect(changesTo(over)).toEqual(what.length === 0 ? [] : [{ action: 'change', decky: null, what }]);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['the image of one service', { ssh: 's:2' }, ['new image of ssh']],
    [
      'the runtime, which all images are made of',
      { runtime: 'r:2', ssh: 's:2' },
      ['new images of all services'],
    ],
    ['no image of a service that was not there', { smb: 'm:1' }, []],
  ])('is %s', (_, tags, what) => {
    const changes = changesTo({}, images(tags));
    expect(changes).toEqual(what.length === 0 ? [] : [{ action: 'change', decky: null, what }]);
  });
});
