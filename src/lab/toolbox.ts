import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, hashInputs } from '../debian/cache.ts';
import type { DebianMachine } from '../debian/machine.ts';
import type { DebianTools } from '../debian/root.ts';
import { makeRoot, rootRelease } from '../debian/root.ts';
import type { LabOptions } from './options.ts';
import { debianOptions } from './options.ts';

/** Add one to have every toolbox made anew. */
const layout = 3;

/** What an attacker would bring along. */
const packages = [
  'arp-scan',
  'bind9-dnsutils',
  'cups-ipp-utils',
  'curl',
  'expect',
  'fish',
  'freerdp2-x11',
  'freetds-bin',
  'hostname',
  'inetutils-telnet',
  'iproute2',
  'iputils-ping',
  'krb5-user',
  'ldap-utils',
  'lftp',
  'libmemcached-tools',
  'libnet-ssleay-perl',
  'mariadb-client',
  'mosquitto-clients',
  'mount',
  'netcat-openbsd',
  'nmap',
  'ntpsec-ntpdig',
  'openssh-client',
  'openssl',
  'postgresql-client-15',
  'procps',
  'python3',
  'python3-impacket',
  'python3-pymodbus',
  'python3-pymongo',
  'python3-serial-asyncio',
  'redis-tools',
  'sipsak',
  'smbclient',
  'snmp',
  'sshpass',
  'swaks',
  'tcpdump',
  'tftp-hpa',
  'vncsnapshot',
  'xvfb',
  'zsh',
];

/** The root file system of the attacker's and the neighbour's machines, in the cache; made when it is missing. */
export async function ensureToolbox(
  tools: DebianTools,
  machine: DebianMachine,
  cache: string,
  options: LabOptions,
): Promise<string> {
  const hash = hashInputs([layout, machine.architecture, rootRelease, ...packages]);
  return cached(cache, `toolbox-${hash}`, async (workFolder) => {
    options.onProgress('making the toolbox: nmap, ssh, curl and the like');
    const root = join(workFolder, 'root');
    await mkdir(root);
    await makeRoot(
      tools,
      machine,
      packages,
      { root, downloads: join(workFolder, 'apt') },
      debianOptions(options),
    );
    // tcpdump gives up being root for an account that its maintainer script would have made.
    await appendFile(join(root, 'etc/passwd'), 'tcpdump:*:101:101::/nonexistent:/usr/sbin/nologin\n');
    await appendFile(join(root, 'etc/group'), 'tcpdump:*:101:\n');
    return root;
  });
}
