import { describe, expect, it } from 'vitest';
import { addressClaims, unclaimedAfter } from '../../src/fleet/address-claims.ts';
import { decky, office } from '../fakes/fleet.ts';

it('names every address of a fleet, and where to ask for it', () => {
  expect(addressClaims(office())).toEqual({
    parent: 'eth0',
    subnet: '198.51.100.0/24',
    gateway: '198.51.100.1',
    range: '198.51.100.64/27',
    link: { name: 'dn-office', ip: '198.51.100.95' },
    deckies: [
      { name: 'files-01', ip: '198.51.100.70', mac: '02:00:00:00:00:46' },
      { name: 'web-01', ip: '198.51.100.71', mac: '02:00:00:00:00:47' },
    ],
  });
});

describe('the addresses after one', () => {
  const next = (ip: string, count: number, range = '198.51.100.64/27', taken: readonly string[] = []) => {
    const fleet = office({ deckies: [decky('a', 70, []), decky('b', 72, []), decky('c', 9, [])] });
    const claims = addressClaims({ ...fleet, network: { ...fleet.network, range } });
    return unclaimedAfter(claims, ip, { taken, count }).map((found) => Number(found.split('.')[3]));
  };

  it('are the next of the range that no decky and no interface has', () => {
    expect(next('198.51.100.70', 3, '198.51.100.64/27', ['198.51.100.74'])).toEqual([71, 73, 75]);
  });

  it('begin again at the end of the range, and never hold the address itself', () => {
    expect(next('198.51.100.93', 3)).toEqual([94, 64, 65]);
    expect(next('198.51.100.70', 99)).not.toContain(70);
  });

  it('begin at its beginning for an address outside', () => {
    expect(next('198.51.100.9', 2)).toEqual([64, 65]);
  });

  it('leave out gateway, network and broadcast address', () => {
    expect(next('198.51.100.70', 999, '198.51.100.0/24')).toHaveLength(256 - 3 - 3 - 1);
    for (const reserved of [0, 1, 255]) {
      expect(next('198.51.100.70', 999, '198.51.100.0/24')).not.toContain(reserved);
    }
  });

  it('are none where all are taken', () => {
    expect(next('198.51.100.70', 3, '198.51.100.70/32')).toEqual([]);
  });
});
