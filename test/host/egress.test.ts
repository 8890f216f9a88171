import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { digestOf, listArguments } from '../../src/host/egress.ts';

it('has the digest that a base puts in the name of its mark, whatever was counted', () => {
  const listing = (packets: number) =>
    `table inet decnet {\n\tcounter denied {\n\t\tpackets ${packets} bytes ${packets * 60}\n\t}\n}\n`;
  const plain = 'table inet decnet {\n\tcounter denied {\n\t\t\n\t}\n}\n';
  const expected = createHash('sha256').update(plain).digest('hex').slice(0, 16);
  expect([digestOf(listing(0)), digestOf(listing(7))]).toEqual([expected, expected]);
  expect(digestOf(`${listing(0)}#`)).not.toBe(expected);
});

it('reads the rules by the nft of the base itself', () => {
  expect(listArguments(4711).join(' ')).toBe(
    '--target 4711 --net --mount -- /usr/sbin/nft list table inet decnet',
  );
});
