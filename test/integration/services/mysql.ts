import type { Trial } from './trial.ts';

const login = (ip: string, user: string, password: string) =>
  ['mariadb', `--host=${ip}`, `--user=${user}`, `--password=${password}`, '--connect-timeout=20'] as const;

/** An answer to the greeting with a scramble of twenty bytes, as `root`. */
const answer =
  '5000000101820800000000012d0000000000000000000000000000000000000000000000726f6f74' +
  '001479797979797979797979797979797979797979796d7973716c5f6e61746976655f70617373776f726400';

export const trial: Trial = {
  service: 'mysql',
  config: { accept: [{ username: 'app', password: 'Winter-2024' }] },
  visits: [
    {
      what: 'is refused as root',
      argv: (ip) => [...login(ip, 'root', 'letmein'), '-e', 'select 1'],
      exitCode: 1,
      prints: /ERROR 1045 \(28000\).*Access denied for user 'root'@'[\d.]+' \(using password: YES\)/,
      leaves: [
        {
          event: 'auth',
          dst_port: 3306,
          method: 'mysql_native_password',
          username: 'root',
          hashcat: /^\$mysqlna\$[0-9a-f]{40}\*[0-9a-f]{40}$/,
          client: /^mysql libmariadb/,
          accepted: false,
        },
      ],
    },
    {
      what: 'reads a table with an accepted pair, and no more than its own database',
      argv: (ip) => [
        ...login(ip, 'app', 'Winter-2024'),
        '-e',
        'show databases; select table_name from information_schema.tables; select user from mysql.user',
      ],
      exitCode: 1,
      prints: /ERROR 1142 \(42000\).*SELECT command denied to user 'app'/,
      leaves: [
        { event: 'auth', username: 'app', accepted: true },
        { event: 'command', command: 'show databases' },
        { event: 'command', command: 'select table_name from information_schema.tables' },
        { event: 'command', command: 'select user from mysql.user' },
      ],
    },
  ],
  conversations: [{ port: 3306, protocol: 'tcp', messages: [answer, '0c0000000373686f77207461626c6573'] }],
};
