import { describe, expect, it } from 'vitest';
import {
  broadcastOf,
  containsCidr,
  formatAddress,
  formatCidr,
  networkOf,
  parseAddress,
  parseInterfaceAddress,
  sizeOf,
} from '../../src/fleet/addresses.ts';

const addressOf = (text: string): number => parseAddress(text) ?? Number.NaN;

describe('addresses', () => {
  it.each(['0.0.0.0', '198.51.100.7', '255.255.255.255', '128.0.0.1'])(
    'reads %s and writes it the same',
    (text) => {
      expect(formatAddress(addressOf(text))).toBe(text);
    },
  );

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '01.2.3.4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.-4',
    'a.b.c.d',
    '1e1.0.0.0',
  ])('takes %j for no address', (text) => expect(parseAddress(text)).toBeNull());

  it.each([
    '198.51.100.1',
    '198.51.100.1/33',
    '198.51.100.1/',
    '198.51.100.1/08',
    '198.51.100.1/24/8',
    '/24',
  ])('takes %j for no network', (text) => expect(parseInterfaceAddress(text)).toBeNull());

  it.each([
    ['198.51.100.7', 24, '198.51.100.0/24', '198.51.100.255', 256],
    ['198.51.100.97', 27, '198.51.100.96/27', '198.51.100.127', 32],
    ['255.255.255.255', 1, '128.0.0.0/1', '255.255.255.255', 2 ** 31],
    ['198.51.100.7', 0, '0.0.0.0/0', '255.255.255.255', 2 ** 32],
    ['198.51.100.7', 32, '198.51.100.7/32', '198.51.100.7', 1],
  ])('knows the network of %s/%i', (address, prefix, network, broadcast, size) => {
    const cidr = networkOf(addressOf(address), prefix);
    expect(formatCidr(cidr)).toBe(network);
    expect(formatAddress(broadcastOf(cidr))).toBe(broadcast);
    expect(sizeOf(cidr)).toBe(size);
  });

  it.each([
    ['198.51.100.0/24', '198.51.100.64/27', true],
    ['198.51.100.0/24', '198.51.100.0/24', true],
    ['198.51.100.64/27', '198.51.100.0/24', false],
    ['198.51.100.0/24', '198.51.101.0/27', false],
    ['0.0.0.0/0', '255.0.0.0/8', true],
  ])('says whether %s contains %s: %s', (outer, inner, expected) => {
    const [around, within] = [parseInterfaceAddress(outer), parseInterfaceAddress(inner)];
    expect(around !== null && within !== null && containsCidr(around, within)).toBe(expected);
  });
});
