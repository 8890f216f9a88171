import { expect, it } from 'vitest';
import { debianCodename } from '../../src/debian/machine.ts';
import { readPackageList } from '../../src/docker/debian-root.ts';

it('knows Debian by its own name only', () => {
  expect(debianCodename('PRETTY_NAME="Debian"\nVERSION_CODENAME=bookworm\nID=debian\n')).toBe('bookworm');
  expect(debianCodename('ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n')).toBeNull();
  expect(debianCodename('')).toBeNull();
});

it('reads a package list with comments and empty lines', () => {
  expect(readPackageList('# runtime\npython3-minimal\n\n  python3-aiohttp # http\n')).toEqual([
    'python3-minimal',
    'python3-aiohttp',
  ]);
});
