import type { Trial } from './trial.ts';

const psql = (ip: string, user: string, password: string, database: string) =>
  [
    'env',
    `PGPASSWORD=${password}`,
    'psql',
    `host=${ip} user=${user} dbname=${database} connect_timeout=20`,
  ] as const;

/** A startup packet of `root`, an answer of the MD5 method, and a query. */
const messages = [
  '00000025000300007573657200726f6f7400646174616261736500706f7374677265730000',
  '70000000286d6435303030303030303030303030303030303030303030303030303030303030303000',
  '510000001573656c6563742076657273696f6e282900',
];

export const trial: Trial = {
  service: 'postgres',
  config: { accept: [{ username: 'app', password: 'Winter-2024' }] },
  visits: [
    {
      // psql tries again without TLS when it was refused with it.
      what: 'is refused as postgres, with TLS and without',
      argv: (ip) => [...psql(ip, 'postgres', 'letmein', 'postgres'), '-c', 'select 1'],
      exitCode: 2,
      prints: /FATAL: {2}password authentication failed for user "postgres"/,
      leaves: [1, 2].map(() => ({
        event: 'auth',
        dst_port: 5432,
        method: 'md5',
        username: 'postgres',
        database: 'postgres',
        hashcat: /^\$postgres\$postgres\*[0-9a-f]{8}\*[0-9a-f]{32}$/,
        client: 'psql',
        accepted: false,
      })),
    },
    {
      what: 'lists the databases with an accepted pair, and may run no program',
      argv: (ip) => [
        ...psql(ip, 'app', 'Winter-2024', 'postgres'),
        '-c',
        'select datname from pg_database',
        '-c',
        "copy (select 1) to program 'id'",
      ],
      exitCode: 1,
      prints:
        /template1[\s\S]*ERROR: {2}must be superuser or have privileges of the pg_execute_server_program role/,
      leaves: [
        { event: 'auth', username: 'app', accepted: true },
        { event: 'command', command: 'select datname from pg_database' },
        { event: 'command', command: "copy (select 1) to program 'id'" },
      ],
    },
  ],
  conversations: [
    {
      port: 5432,
      protocol: 'tcp',
      messages,
    },
  ],
};
