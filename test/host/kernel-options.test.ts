import { expect, it } from 'vitest';
import { missingForDisguise } from '../../src/host/kernel-options.ts';

const whole = 'CONFIG_NF_TABLES=m\nCONFIG_NF_TABLES_IPV4=y\nCONFIG_NFT_NUMGEN=m\nCONFIG_NFT_REJECT_IPV4=m\n';

it.each<[string, string, string | null, readonly string[]]>([
  ['has everything, built in or as modules', '6.1.0-18-amd64', whole, []],
  [
    'lacks what its configuration does not set',
    '6.18.44',
    whole.replace('CONFIG_NFT_NUMGEN=m', '# CONFIG_NFT_NUMGEN is not set'),
    ['CONFIG_NFT_NUMGEN'],
  ],
  [
    'has no nftables for IPv4',
    '6.1.90',
    'CONFIG_NF_TABLES=m\nCONFIG_NFT_NUMGEN=m\nCONFIG_NFT_REJECT_IPV4=m',
    ['CONFIG_NF_TABLES_IPV4'],
  ],
  ['does not tell', '6.1.0', null, []],
  ['is too old to shift numbers', '5.4.0-150-generic', whole, ['Linux 5.6']],
  ['is just new enough', '5.6.0', whole, []],
  ['has a two-digit minor version', '5.15.0-91-generic', whole, []],
])('tells what a kernel lacks that %s', (_what, version, config, missing) => {
  expect(missingForDisguise(version, config)).toEqual(missing);
});
