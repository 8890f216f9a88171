import type { Trial } from './trial.ts';

const pymongo = (ip: string, options: string, statement: string) =>
  [
    'python3',
    '-c',
    `import pymongo; client = pymongo.MongoClient(${JSON.stringify(ip)}, serverSelectionTimeoutMS=20000${options}); print(${statement})`,
  ] as const;

export const trial: Trial = {
  service: 'mongodb',
  config: { accept: [{ username: 'app', password: 'Winter-2024' }] },
  visits: [
    {
      what: 'is told nothing without a login but the version',
      argv: (ip) => pymongo(ip, '', 'client.server_info()["version"], client.list_database_names()'),
      exitCode: 1,
      prints: /command listDatabases requires authentication/,
      leaves: [{ event: 'command', dst_port: 27017, command: 'admin {listDatabases: 1, nameOnly: true}' }],
    },
    {
      what: 'is refused with a wrong password',
      argv: (ip) => pymongo(ip, ', username="admin", password="letmein"', 'client.list_database_names()'),
      exitCode: 1,
      prints: /Authentication failed\./,
      leaves: [
        {
          event: 'auth',
          method: 'SCRAM-SHA-256',
          username: 'admin',
          database: 'admin',
          proof: /^n=admin,r=.*,i=15000,c=biws,r=.*\*[0-9a-f]{64}$/,
          client: /^PyMongo /,
          accepted: false,
        },
      ],
    },
    {
      what: 'lists the databases with an accepted pair',
      argv: (ip) => pymongo(ip, ', username="app", password="Winter-2024"', 'client.list_database_names()'),
      prints: /'admin'.*'local'/,
      leaves: [
        { event: 'auth', username: 'app', accepted: true },
        { event: 'command', command: 'admin {listDatabases: 1, nameOnly: true}' },
      ],
    },
  ],
  conversations: [
    {
      port: 27017,
      protocol: 'tcp',
      messages: [
        '410000003a300000ffffffffd407000000000000746573742e24636d640000000000ffffffff1b0000000173657276657253746174757300000000000000f03f00',
        '370000000100000000000000dd0700000000000000220000001069734d6173746572000100000002246462000600000061646d696e0000',
        '6b0000000100000000000000dd070000000000000056000000107361736c53746172740001000000026d656368616e69736d000c000000534352414d2d5348412d3100057061796c6f6164000a000000006e2c2c6e3d612c723d6202246462000600000061646d696e0000',
        '510000000100000000000000dd07000000000000003c0000000266696e6400060000007573657273000366696c7465720010000000016100000000000000f83f0002246462000600000061646d696e0000',
      ],
    },
  ],
};
