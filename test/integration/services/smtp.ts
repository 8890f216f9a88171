import type { Trial } from './trial.ts';

const hex = (...lines: string[]) => Buffer.from(lines.map((line) => `${line}\r\n`).join('')).toString('hex');
const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');

const swaks = (ip: string, ...options: string[]) => ['swaks', '--server', ip, '--helo', 'tester', ...options];
const login = (mechanism: string, username: string, password: string) => [
  ...['--auth', mechanism],
  ...['--auth-user', username],
  ...['--auth-password', password],
];

export const trial: Trial = {
  service: 'smtp',
  config: { accept: [{ username: 'anna', password: 'secret' }] },
  visits: [
    {
      what: 'is refused by PLAIN within TLS',
      argv: (ip) =>
        swaks(ip, '--tls', '--from', 'a@b.example', '--to', 'c@d.example', ...login('PLAIN', 'bob', 'pw')),
      exitCode: 28,
      prints: /535 5\.7\.8/,
      leaves: [
        { event: 'auth', dst_port: 25, method: 'plain', username: 'bob', password: 'pw', accepted: false },
      ],
    },
    {
      what: 'is refused by CRAM-MD5, which leaves a hash to crack',
      argv: (ip) =>
        swaks(ip, '--from', 'a@b.example', '--to', 'c@d.example', ...login('CRAM-MD5', 'bob', 'pw')),
      exitCode: 28,
      leaves: [
        { event: 'auth', method: 'cram-md5', username: 'bob', hashcat: /^\$cram_md5\$/, accepted: false },
      ],
    },
    {
      what: 'may not relay',
      argv: (ip) => swaks(ip, '--from', 'a@b.example', '--to', 'c@d.example'),
      exitCode: 24,
      prints: /Relay access denied/,
      leaves: [],
    },
    {
      what: 'logs in at the submission port and hands in a mail, which stays here',
      argv: (ip) =>
        swaks(
          ip,
          ...['--port', '587', '--tls', '--from', 'anna@b.example', '--to', 'c@d.example'],
          ...['--header', 'Subject: Offer'],
          ...login('LOGIN', 'anna', 'secret'),
        ),
      prints: /queued as/,
      leaves: [
        {
          event: 'auth',
          dst_port: 587,
          method: 'login',
          username: 'anna',
          password: 'secret',
          accepted: true,
        },
        {
          ...{ event: 'upload', dst_port: 587, sender: 'anna@b.example', recipients: 'c@d.example' },
          ...{ subject: 'Offer', sha256: /^[0-9a-f]{64}$/ },
        },
      ],
    },
  ],
  conversations: [
    {
      port: 25,
      protocol: 'tcp',
      messages: [
        hex('EHLO tester'),
        hex(`AUTH PLAIN ${base64('\0anna\0secret')}`),
        hex('MAIL FROM:<a@b.example> SIZE=100 BODY=8BITMIME'),
        hex('RCPT TO:<postmaster@localhost> NOTIFY=NEVER'),
        hex('DATA'),
        hex('From: a', 'To: b', 'Subject: c', ' d', '', '..', 'text', '.'),
        hex('QUIT'),
      ],
    },
    {
      port: 587,
      protocol: 'tcp',
      messages: [
        hex('EHLO tester'),
        hex('AUTH LOGIN', base64('anna'), base64('secret')),
        hex('MAIL FROM:<>', 'RCPT TO:<root>'),
        `${hex('BDAT 10')}30313233343536373839`,
        `${hex('BDAT 3 LAST')}616263`,
        hex('VRFY root', 'AUTH CRAM-MD5', base64('anna 00112233445566778899aabbccddeeff'), 'STARTTLS'),
      ],
    },
  ],
};
