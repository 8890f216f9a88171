import type { Trial } from './trial.ts';

const hex = (...lines: string[]) => Buffer.from(lines.map((line) => `${line}\r\n`).join('')).toString('hex');
const curl = (url: string, login: string) => ['curl', '-sSk', '--max-time', '30', '-u', login, url];

export const trial: Trial = {
  service: 'pop3',
  config: { accept: [{ username: 'anna', password: 'secret' }] },
  visits: [
    {
      what: 'is refused',
      argv: (ip) => curl(`pop3://${ip}/`, 'bob:wrong'),
      exitCode: 67,
      leaves: [{ event: 'auth', dst_port: 110, username: 'bob', password: 'wrong', accepted: false }],
    },
    {
      what: 'lists the mails after STLS',
      argv: (ip) => [...curl(`pop3://${ip}/`, 'anna:secret'), '--ssl-reqd'],
      prints: /^1 \d+/m,
      leaves: [
        { event: 'auth', dst_port: 110, username: 'anna', password: 'secret', accepted: true },
        { event: 'command', command: 'LIST' },
        { event: 'command', command: 'QUIT' },
      ],
    },
    {
      what: 'reads a mail within TLS',
      argv: (ip) => curl(`pop3s://${ip}/1`, 'anna:secret'),
      prints: /^Subject: /m,
      leaves: [
        { event: 'auth', dst_port: 995, username: 'anna', accepted: true },
        { event: 'command', command: 'RETR 1' },
        { event: 'command', command: 'QUIT' },
      ],
    },
  ],
  conversations: [
    {
      port: 110,
      protocol: 'tcp',
      messages: [
        hex('CAPA', 'USER anna', 'PASS secret'),
        hex('STAT', 'LIST', 'UIDL 1', 'TOP 1 5', 'RETR 1'),
        hex('DELE 1', 'RSET', 'QUIT'),
      ],
    },
    {
      port: 995,
      protocol: 'tcp',
      tls: true,
      messages: [hex('AUTH PLAIN', 'AGFubmEAc2VjcmV0'), hex('RETR 2')],
    },
    { port: 110, protocol: 'tcp', messages: [hex('AUTH LOGIN', 'YW5uYQ==', 'c2VjcmV0'), hex('STLS')] },
  ],
};
