import { expect, it } from 'vitest';
import { readMachine } from '../../src/realism/scan.ts';

const report = (ports: string, rest = '') => `<?xml version="1.0"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap"><host><status state="up"/><address addr="198.51.100.70" addrtype="ipv4"/>
<address addr="D4:D4:DA:01:02:03" addrtype="mac" vendor="Dell"/>
<ports>${ports}</ports>${rest}</host></nmaprun>`;

const ssh = `<port protocol="tcp" portid="22"><state state="open"/>
<service name="ssh" product="OpenSSH" version="9.2p1 Debian 2+deb12u3" method="probed" conf="10"/></port>`;
const closed = '<port protocol="tcp" portid="39999"><state state="closed"/></port>';

it('reads products, the vendor and the best guess at the system', () => {
  const os = `<os><osmatch name="Linux 4.15 - 5.8" accuracy="98"><osclass osfamily="Linux"/></osmatch>
<osmatch name="Other" accuracy="90"><osclass osfamily="embedded"/></osmatch></os>`;
  expect(readMachine(report(ssh + closed, os))).toEqual({
    ports: [
      {
        port: 22,
        protocol: 'tcp',
        state: 'open',
        service: 'ssh',
        product: 'OpenSSH 9.2p1 Debian 2+deb12u3',
        isHeard: true,
        isUnrecognised: false,
      },
    ],
    os: { name: 'Linux 4.15 - 5.8', families: ['Linux'], accuracy: 98 },
    vendor: 'Dell',
  });
});

it('takes a name from the table of ports for no product, and a fingerprint for not recognised', () => {
  const guessed = `<port protocol="udp" portid="69"><state state="open|filtered"/>
<service name="tftp" product="no such" method="table" conf="3"/></port>`;
  const unknown = `<port protocol="tcp" portid="80"><state state="open"/>
<service name="http" servicefp="SF-Port80" method="probed" conf="10"/></port>`;
  const { ports, os } = readMachine(report(guessed + unknown));
  expect(os).toBeNull();
  expect(ports).toMatchObject([
    { service: 'tftp', product: null, state: 'open|filtered', isHeard: false, isUnrecognised: false },
    { service: 'http', product: null, isUnrecognised: true },
  ]);
});
