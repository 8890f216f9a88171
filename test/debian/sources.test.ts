import { describe, expect, it } from 'vitest';
import {
  findDebianArchive,
  parseDeb822Sources,
  parseOneLineSources,
  sourcesText,
} from '../../src/debian/sources.ts';

const deb822 = `Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

const oneLine = `# comment
deb [arch=amd64 signed-by=/etc/apt/keyrings/docker.gpg] https://vendor.example/linux/debian bookworm stable
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/debian/ bookworm main contrib # inline
deb http://mirror.example/debian-security bookworm-security main
`;

describe('apt sources', () => {
  it('are read from the deb822 format', () => {
    expect(parseDeb822Sources(deb822)).toEqual([
      {
        uri: 'http://mirror.example/debian',
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main'],
        signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
      },
      expect.objectContaining({
        uri: 'http://mirror.example/debian-security',
        components: ['main', 'contrib'],
      }),
    ]);
  });

  it('are read from the one-line format, without sources of source packages', () => {
    expect(
      parseOneLineSources(oneLine).map(({ uri, suites, components, signedBy }) => [
        uri,
        ...suites,
        ...components,
        signedBy,
      ]),
    ).toEqual([
      ['https://vendor.example/linux/debian', 'bookworm', 'stable', '/etc/apt/keyrings/docker.gpg'],
      ['http://mirror.example/debian/', 'bookworm', 'main', 'contrib', null],
      ['http://mirror.example/debian-security', 'bookworm-security', 'main', null],
    ]);
  });

  it('leave out what is disabled, and sources of source packages', () => {
    expect(parseDeb822Sources(`Enabled: no\n${deb822.split('\n\n')[0]}`)).toEqual([]);
    expect(parseDeb822Sources('Types: deb-src\nURIs: http://mirror.example/debian\nSuites: sid\n')).toEqual(
      [],
    );
  });

  it("tell Debian's archive from a vendor's that serves the same release", () => {
    const vendor = parseOneLineSources('deb https://vendor.example bookworm main');
    const archive = findDebianArchive([...vendor, ...parseDeb822Sources(deb822)], 'bookworm');
    expect(archive?.main.uri).toBe('http://mirror.example/debian');
    expect(archive?.security?.uri).toBe('http://mirror.example/debian-security');
  });

  it('offer no archive when the release is not served', () => {
    expect(findDebianArchive(parseDeb822Sources(deb822), 'trixie')).toBeNull();
  });

  it('are written for other releases of the same archive', () => {
    const archive = findDebianArchive(parseDeb822Sources(deb822), 'bookworm');
    expect(archive && sourcesText(archive, ['bookworm', 'trixie'])).toBe(`Types: deb
URIs: http://mirror.example/debian
Suites: bookworm trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security trixie-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`);
  });

  it('keep a key that stands in the file itself', () => {
    const key = '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDME\n -----END PGP PUBLIC KEY BLOCK-----';
    const source = `Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\nComponents: main\nSigned-By:${key}\n`;
    const archive = findDebianArchive(parseDeb822Sources(source), 'bookworm');
    expect(archive && sourcesText(archive, ['bookworm'])).toContain(`Signed-By: ${key}\n`);
  });
});
