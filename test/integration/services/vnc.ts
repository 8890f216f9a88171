import type { Trial } from './trial.ts';

/** What vncpasswd(1) writes for each password. */
const passwordFiles = {
  secret: '\\056\\055\\277\\127\\156\\260\\154\\236',
  wrong: '\\260\\177\\242\\140\\145\\277\\101\\300',
};

const snapshot = (ip: string, password: keyof typeof passwordFiles) => [
  'bash',
  '-c',
  `vncsnapshot -passwd <(printf '${passwordFiles[password]}') ${ip}:0 /dev/null`,
];

const hello = '524642203030332e3030380a02';

export const trial: Trial = {
  service: 'vnc',
  config: { accept: [{ password: 'secret' }] },
  visits: [
    {
      what: 'is refused, which leaves a hash to crack',
      argv: (ip) => snapshot(ip, 'wrong'),
      exitCode: 1,
      prints: /VNC authentication failed/,
      leaves: [{ event: 'auth', method: 'vnc', hashcat: /^\$vnc\$\*/, accepted: false }],
    },
    {
      what: 'takes a picture of the login screen',
      argv: (ip) => snapshot(ip, 'secret'),
      prints: /Image saved/,
      leaves: [{ event: 'auth', method: 'vnc', hashcat: /^\$vnc\$\*/, accepted: true }],
    },
  ],
  conversations: [
    {
      port: 5900,
      protocol: 'tcp',
      messages: [
        hello,
        '000102030405060708090a0b0c0d0e0f',
        '01',
        '000000002018000100ff00ff00ff100800000000',
        '020000020000000200000000',
        '03000000000004000300',
        '0401000000000061',
        '050100100020',
        '0600000000000003707764',
      ],
    },
    {
      port: 5900,
      protocol: 'tcp',
      messages: ['524642203030332e3030330a', '000102030405060708090a0b0c0d0e0f', '00'],
    },
  ],
};
