import type { Trial } from './trial.ts';

/** One session of FreeTDS's client: what it is told, line by line. */
const tsql = (ip: string, username: string, password: string, ...lines: string[]) => [
  'sh',
  '-c',
  `printf '%s\\n' "$@" quit | tsql -H ${ip} -p 1433 -U '${username}' -P '${password}'`,
  'tsql',
  ...lines.flatMap((line) => [line, 'go']),
];

const login = { event: 'auth', method: 'password', app: 'TSQL', dst_port: 1433 } as const;

const prelogin =
  '1201003400000100000015000601001b000102001c000c0300280004ff080001550000004d5353514c53657276657200480f0000';
/** One that wants no encryption, and a LOGIN7 of `sa` with the password `letmein`. */
const plain = '1201001a0000010000000b00060100110001ff00000000000002';
const enter =
  '1001008a000001008200000004000074001000000700000001000000000000000003000000000000000000005e0003006400020068000700' +
  '760003007c0000007c0000007c00030082000000820000000000000000000000000000000000000000000000000070006300370073006100' +
  '63a5f3a5e2a573a5f3a533a543a56100700070006c0069006200';
/** `select * from sys.databases`, and `select 1` by sp_executesql. */
const batch =
  '010100540000010016000000120000000200000000000000000001000000730065006c0065006300740020002a002000660072006f006d00' +
  '20007300790073002e00640061007400610062006100730065007300';
const call =
  '030100400000010016000000120000000200000000000000000001000000ffff0a0000000000e7401f00000000001000730065006c006500' +
  '6300740020003100';

export const trial: Trial = {
  service: 'mssql',
  distro: 'windows-server-2019',
  config: { accept: [{ username: 'sa', password: 'letmein' }] },
  visits: [
    {
      what: 'is refused with a wrong password, in TLS',
      argv: (ip) => tsql(ip, 'sa', 'Passw0rd!'),
      exitCode: 'any',
      prints: /Msg 18456 \(severity 14, state 1\).*"Login failed for user 'sa'\."/s,
      leaves: [{ ...login, username: 'sa', password: 'Passw0rd!', accepted: false }],
    },
    {
      what: 'asks for the version and the databases once it is in',
      argv: (ip) => tsql(ip, 'sa', 'letmein', 'select @@version', 'select name from sys.databases'),
      exitCode: 'any',
      prints: /Microsoft SQL Server 2019 \(RTM-CU\d+\).*master\s+tempdb\s+model\s+msdb/s,
      leaves: [
        { ...login, username: 'sa', accepted: true },
        { event: 'command', command: /^select @@version/, database: 'master' },
        { event: 'command', command: /^select name from sys\.databases/ },
      ],
    },
    {
      what: 'is refused a shell',
      argv: (ip) => tsql(ip, 'sa', 'letmein', "exec xp_cmdshell 'whoami'"),
      exitCode: 'any',
      prints: /Msg 15281.*SQL Server blocked access to procedure 'sys\.xp_cmdshell'/s,
      leaves: [
        { ...login, accepted: true },
        { event: 'command', command: /^exec xp_cmdshell 'whoami'/ },
      ],
    },
  ],
  conversations: [
    { port: 1433, protocol: 'tcp', messages: [prelogin] },
    { port: 1433, protocol: 'tcp', messages: [plain, enter, batch, call] },
    { port: 1433, protocol: 'tcp', messages: [enter, batch] },
  ],
};
