import { expect, it } from 'vitest';
import type { SeenPort } from '../../src/realism/scan.ts';
import { judgeMachine, judgeServices } from '../../src/realism/verdict.ts';
import { parseManifest } from '../../src/services/load-services.ts';
import { office } from '../fakes/fleet.ts';

const manifest = parseManifest(
  `title: SSH
ports: [{ port: 22, protocol: tcp }]
nmap: { service: ssh, product: OpenSSH, on: { cisco-ios15: { service: ssh, product: Cisco SSH } } }
`,
  { name: 'ssh', folder: 'templates/ssh' },
);
const manifests = new Map([['ssh', manifest]]);

function decky(distro: string) {
  const [first] = office().deckies;
  if (first === undefined) throw new Error('The office is empty');
  return { ...first, distro, services: [{ name: 'ssh', ports: manifest.ports, config: {} }] };
}

function judged(seen: Partial<SeenPort>, distro = 'debian'): boolean | undefined {
  const port = {
    port: 22,
    protocol: 'tcp',
    state: 'open',
    service: 'ssh',
    product: 'OpenSSH 9.2p1',
  } as const;
  const machine = {
    ports: [{ ...port, isHeard: true, isUnrecognised: false, ...seen }],
    os: null,
    vendor: null,
  };
  return judgeServices(decky(distro), manifests, machine)[0]?.isRight;
}

it('a service is right when it is open, recognised, and the product that it claims', () => {
  expect(judged({})).toBe(true);
  expect(judged({ product: 'Dropbear sshd' })).toBe(false);
  expect(judged({ product: null })).toBe(false);
  expect(judged({ state: 'closed' })).toBe(false);
  expect(judged({ isHeard: false })).toBe(false);
  expect(judged({ isUnrecognised: true })).toBe(false);
  expect(judged({ port: 23 })).toBe(false);
});

it('a distro may have a product of its own', () => {
  expect(judged({}, 'cisco-ios15')).toBe(false);
  expect(judged({ product: 'Cisco SSH 1.25' }, 'cisco-ios15')).toBe(true);
});

it('a machine is right in its family and in its vendor, each by itself', () => {
  const os = { name: 'Linux 5.4', families: ['Linux'], accuracy: 100 };
  const expected = { families: ['Linux'], organization: 'Dell Inc.' };
  const verdict = (seen: { os: typeof os | null; vendor: string | null }) => {
    const { isOsRight, isVendorRight } = judgeMachine(decky('debian'), expected, { ports: [], ...seen });
    return [isOsRight, isVendorRight];
  };
  expect(verdict({ os, vendor: 'Dell' })).toEqual([true, true]);
  expect(verdict({ os: { ...os, families: ['Windows'] }, vendor: 'Dell' })).toEqual([false, true]);
  expect(verdict({ os: null, vendor: 'VMware' })).toEqual([false, false]);
  expect(verdict({ os, vendor: null })).toEqual([true, false]);
});
