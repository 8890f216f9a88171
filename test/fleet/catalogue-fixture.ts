import type { Catalogue } from '../../src/fleet/catalogue.ts';
import type { HostFacts } from '../../src/fleet/host-facts.ts';
import { parseManifest } from '../../src/services/load-services.ts';
import type { ServiceManifest } from '../../src/services/manifest.ts';

function service(name: string, ports: string, config = '{}'): [string, ServiceManifest] {
  const text = `title: The ${name} service\nports: ${ports}\nnmap: { service: ${name} }\nconfig: ${config}\n`;
  return [name, parseManifest(text, { name, folder: `/templates/${name}` })];
}

const bannerOption = `
  banner: { type: string, pattern: "^SSH-2.0-", default: "SSH-2.0-x", description: Identification line. }
  accept:
    type: array
    description: Pairs that are let in.
    default: []
    items:
      type: object
      additionalProperties: false
      required: [username]
      properties: { username: { type: string }, password: { type: string } }
  tries: { type: integer, minimum: 1, maximum: 9, default: 3, description: Tries. }
  mode: { type: string, enum: [fast, slow], default: fast, description: Mode. }
`;

/** A small catalogue, so that tests do not change with the data that is shipped. */
export const catalogue: Catalogue = {
  services: new Map([
    service('ssh', '[{ port: 22, protocol: tcp }]', bannerOption),
    service('http', '[{ port: 80, protocol: tcp }]'),
    service('http-alt', '[{ port: 80, protocol: tcp }, { port: 8080, protocol: tcp }]'),
    service('ftp', '[{ port: 21, protocol: tcp }]'),
  ]),
  archetypes: new Map([
    [
      'web-server',
      {
        title: 'Web server',
        services: ['http', 'ssh'],
        distros: ['debian', 'alpine', 'kali'],
        hostnames: ['web{nn}', 'www-{hex}'],
        vendors: ['dell', 'vmware'],
      },
    ],
    [
      'file-server',
      {
        title: 'File server',
        services: ['ftp', 'ssh'],
        distros: ['debian', 'alpine'],
        hostnames: ['files{nn}'],
        vendors: ['dell'],
      },
    ],
    [
      'office-machine',
      {
        title: 'Printer, or the camera beside it',
        services: { http: {}, ssh: { tries: 7, mode: 'slow' } },
        distros: ['canon-printer', 'axis-camera'],
      },
    ],
    [
      'recorder',
      {
        title: 'What keeps pictures: a camera, or a server',
        services: ['ftp'],
        distros: ['axis-camera', 'debian'],
        hostnames: ['rec{nn}'],
        vendors: ['vmware'],
      },
    ],
    [
      'desktop',
      {
        title: 'Windows or Linux',
        services: ['http'],
        distros: ['debian', 'win11'],
        hostnames: ['DESKTOP-{XXXXXXX}'],
        vendors: ['dell'],
      },
    ],
  ]),
  distros: new Map([
    ['debian', { title: 'Debian', os_family: 'linux' }],
    ['alpine', { title: 'Alpine', os_family: 'linux' }],
    ['kali', { title: 'Kali', os_family: 'linux' }],
    ['win11', { title: 'Windows 11', os_family: 'windows' }],
    [
      'canon-printer',
      { title: 'Canon printer', os_family: 'embedded', vendors: ['canon'], hostnames: ['Canon{NIC}'] },
    ],
    [
      'axis-camera',
      { title: 'Axis camera', os_family: 'linux', vendors: ['axis'], hostnames: ['axis-{mac}'] },
    ],
  ]),
  osFamilies: new Map([
    [
      'linux',
      { title: 'Linux', nmap: ['Linux'], sysctls: { 'net.ipv4.ip_default_ttl': '64' }, disguise: {} },
    ],
    [
      'windows',
      { title: 'Windows', nmap: ['Linux'], sysctls: { 'net.ipv4.ip_default_ttl': '128' }, disguise: {} },
    ],
    [
      'embedded',
      { title: 'Embedded', nmap: ['Linux'], sysctls: { 'net.ipv4.ip_default_ttl': '255' }, disguise: {} },
    ],
  ]),
  vendors: new Map([
    ['dell', { 'Dell Inc.': ['b8:ca:3a'], Dell: ['00:14:22'] }],
    ['vmware', { 'VMware, Inc.': ['00:50:56'] }],
    ['canon', { 'CANON INC.': ['00:bb:c1'] }],
    ['axis', { 'Axis Communications AB': ['ac:cc:8e'] }],
  ]),
};

/** The lab's LAN: the host is .1, its gateway .254. */
export const facts: HostFacts = {
  machineId: 'a'.repeat(32),
  interfaces: [
    { name: 'eth0', mac: '52:54:00:00:00:01', alias: null, addresses: ['198.51.100.1/24'] },
    { name: 'eth1', mac: '52:54:00:00:00:02', alias: null, addresses: [] },
    { name: 'wan0', mac: '52:54:00:00:00:03', alias: null, addresses: ['203.0.113.9/32'] },
  ],
  defaultRoute: { interface: 'eth0', gateway: '198.51.100.254' },
};
