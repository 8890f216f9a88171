import type { Trial } from './trial.ts';

const sysDescr = '1.3.6.1.2.1.1.1.0';
const sysName = '1.3.6.1.2.1.1.5.0';
const once = ['-r', '0', '-t', '5'];
const community = { event: 'auth', method: 'community' } as const;

export const trial: Trial = {
  service: 'snmp',
  visits: [
    {
      what: 'reads the description with the community that devices ship with',
      argv: (ip) => ['snmpget', '-v1', '-c', 'public', ip, sysDescr],
      prints: /STRING: "Linux \S+ 6\.1\.0-\d+-amd64 .*Debian/,
      leaves: [
        { ...community, password: 'public', accepted: true },
        { event: 'request', method: 'GET', query: sysDescr },
      ],
    },
    {
      what: 'walks the interfaces',
      argv: (ip) => ['snmpwalk', '-v2c', '-c', 'public', ip, '1.3.6.1.2.1.2.2.1.2'],
      prints: /"eth0"/,
      leaves: [{ ...community, password: 'public', version: '2c', accepted: true }],
    },
    {
      what: 'walks all of it in bulk',
      argv: (ip) => ['snmpbulkwalk', '-v2c', '-c', 'public', ip, '.1'],
      prints: /No more variables left in this MIB View/,
      leaves: [{ ...community, password: 'public', accepted: true }],
    },
    {
      what: 'gets no answer with another community',
      argv: (ip) => ['snmpget', ...once, '-v2c', '-c', 'private', ip, sysDescr],
      exitCode: 1,
      prints: /Timeout: No Response/,
      leaves: [{ ...community, password: 'private', accepted: false }],
    },
    {
      what: 'may not write',
      argv: (ip) => ['snmpset', '-v2c', '-c', 'public', ip, sysName, 's', 'renamed'],
      exitCode: 2,
      prints: /noAccess/,
      leaves: [
        { ...community, password: 'public', accepted: true },
        { event: 'command', command: `SET ${sysName}`, value: 'renamed', accepted: false },
      ],
    },
    {
      what: 'is no user of version 3',
      argv: (ip) => [
        ...['snmpget', '-v3', '-u', 'admin', '-l', 'authNoPriv', '-a', 'SHA', '-A', 'password1'],
        ...[ip, sysDescr],
      ],
      exitCode: 1,
      prints: /Unknown user name/,
      leaves: [
        {
          ...{ event: 'auth', method: 'usm', username: 'admin', level: 'authNoPriv', accepted: false },
          hashcat: /^\$SNMPv3\$0\$0\$[0-9a-f]+\$80001f8880[0-9a-f]{24}\$[0-9a-f]{24}$/,
        },
      ],
    },
  ],
  conversations: [
    {
      port: 161,
      protocol: 'udp',
      messages: [
        // GET of sysDescr, GETBULK from the root, SET of sysName, and a discovery of version 3.
        '302902010104067075626c6963a01c020400000001020100020100300e300c06082b060102010101000500',
        '302302010104067075626c6963a516020400000002020100020119300830060602' + '2b060500',
        '303002010104067075626c6963a3230204000000030201000201003015301306082b060102010105000407' +
          '72656e616d6564',
        '303a020103300f02024a69020300ffe30401040201030410300e0400020100020100040004000400' +
          '301204000400a00c020237f00201000201003000',
      ],
    },
  ],
};
