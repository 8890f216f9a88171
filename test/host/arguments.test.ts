import { describe, expect, it } from 'vitest';
import {
  addAddress,
  addLinkLines,
  addRouteLine,
  askNeighbourLine,
  batch,
  batchToTheEnd,
  deleteAddress,
  deleteLink,
  deleteRouteLine,
  forgetNeighbourLine,
  replaceRouteLine,
  setLinkUp,
  showLinks,
  showNeighbours,
  showRoutes,
} from '../../src/host/arguments.ts';

it('reads in JSON', () => {
  expect(showLinks().join(' ')).toBe('-json -details address show');
  expect(showRoutes().join(' ')).toBe('-json -4 route show table main');
  expect(showNeighbours('dn-office').join(' ')).toBe('-json -4 neighbour show dev dn-office');
});

it('changes one link at a time, by name', () => {
  expect(deleteLink('dn-office').join(' ')).toBe('link delete dev dn-office');
  expect(setLinkUp('dn-office').join(' ')).toBe('link set dev dn-office up');
  expect(addAddress('dn-office', '198.51.100.95/32').join(' ')).toBe(
    'address add 198.51.100.95/32 dev dn-office',
  );
  expect(deleteAddress('dn-office', '198.51.100.95/32').join(' ')).toBe(
    'address delete 198.51.100.95/32 dev dn-office',
  );
});

it('stops a batch at the first failure, or goes on past it', () => {
  expect(batch().join(' ')).toBe('-batch -');
  expect(batchToTheEnd().join(' ')).toBe('-force -batch -');
});

describe('a link', () => {
  const spec = { name: 'dn-office', parent: 'eth0', alias: 'decnet:office' };

  it('on macvlan is made in bridge mode with its MAC, and marked', () => {
    expect(addLinkLines({ ...spec, kind: 'macvlan', mac: '02:00:00:00:00:01' })).toEqual([
      'link add link eth0 name dn-office address 02:00:00:00:00:01 type macvlan mode bridge',
      'link set dev dn-office alias decnet:office',
    ]);
  });

  it('on ipvlan is made in L2 mode without a MAC', () => {
    expect(addLinkLines({ ...spec, kind: 'ipvlan', mac: null })[0]).toBe(
      'link add link eth0 name dn-office type ipvlan mode l2',
    );
  });

  it.each(['a b', 'a\nlink delete dev eth0', "a'", 'a#b', ''])(
    'refuses the name %j, which would end its line',
    (name) => {
      expect(() => addLinkLines({ ...spec, name, kind: 'ipvlan', mac: null })).toThrow(/ip -batch/);
    },
  );
});

it('adds, sets again and deletes a route by its link', () => {
  expect(addRouteLine('dn-office', '198.51.100.70/32', '198.51.100.95')).toBe(
    'route add 198.51.100.70/32 dev dn-office src 198.51.100.95',
  );
  expect(replaceRouteLine('dn-office', '198.51.100.70/32', '198.51.100.95')).toBe(
    'route replace 198.51.100.70/32 dev dn-office src 198.51.100.95',
  );
  expect(deleteRouteLine('dn-office', '198.51.100.70/32')).toBe(
    'route delete 198.51.100.70/32 dev dn-office',
  );
});

it('forgets a neighbour and asks for it', () => {
  expect(forgetNeighbourLine('dn-office', '198.51.100.70')).toBe(
    'neighbour delete 198.51.100.70 dev dn-office',
  );
  expect(askNeighbourLine('dn-office', '198.51.100.70')).toBe(
    'neighbour replace 198.51.100.70 dev dn-office use',
  );
});
