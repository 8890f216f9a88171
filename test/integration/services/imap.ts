import type { Trial } from './trial.ts';

const hex = (...lines: string[]) => Buffer.from(lines.map((line) => `${line}\r\n`).join('')).toString('hex');
const curl = (url: string, login: string) => ['curl', '-sSk', '--max-time', '30', '-u', login, url];

export const trial: Trial = {
  service: 'imap',
  config: { accept: [{ username: 'anna', password: 'secret' }] },
  visits: [
    {
      what: 'is refused',
      argv: (ip) => curl(`imap://${ip}/`, 'bob:wrong'),
      exitCode: 67,
      leaves: [{ event: 'auth', dst_port: 143, username: 'bob', password: 'wrong', accepted: false }],
    },
    {
      what: 'lists the mailboxes',
      argv: (ip) => curl(`imap://${ip}/`, 'anna:secret'),
      prints: /LIST \(\\HasNoChildren\) "\/" INBOX/,
      leaves: [
        { event: 'auth', dst_port: 143, username: 'anna', password: 'secret', accepted: true },
        { event: 'command', command: 'LIST "" *' },
        { event: 'command', command: 'LOGOUT' },
      ],
    },
    {
      what: 'reads a mail within TLS',
      argv: (ip) => curl(`imaps://${ip}/INBOX/;MAILINDEX=1`, 'anna:secret'),
      prints: /^Subject: /m,
      leaves: [
        { event: 'auth', dst_port: 993, username: 'anna', accepted: true },
        { event: 'command', command: 'SELECT INBOX' },
        { event: 'command', command: 'FETCH 1 BODY[]' },
        { event: 'command', command: 'LOGOUT' },
      ],
    },
    {
      what: 'searches after STARTTLS',
      argv: (ip) => [...curl(`imap://${ip}/INBOX?BODY%20password`, 'anna:secret'), '--ssl-reqd'],
      prints: /^\* SEARCH \d/m,
      leaves: [
        { event: 'auth', dst_port: 143, username: 'anna', accepted: true },
        { event: 'command', command: 'SELECT INBOX' },
        { event: 'command', command: 'SEARCH BODY password' },
        { event: 'command', command: 'LOGOUT' },
      ],
    },
  ],
  conversations: [
    {
      port: 143,
      protocol: 'tcp',
      messages: [
        hex('a1 CAPABILITY', 'a2 ID ("name" "x")'),
        hex('a3 LOGIN {4}', 'anna {6+}', 'secret'),
        hex('a4 LIST "" *', 'a5 STATUS INBOX (MESSAGES UNSEEN)', 'a6 SELECT INBOX'),
        hex('a7 FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.20>)'),
        hex(
          'a8 UID SEARCH OR (SEEN NOT DELETED) HEADER from x SINCE 1-Jan-2024',
          'a9 STORE 1:2 +FLAGS (\\Deleted)',
        ),
        hex('b1 APPEND INBOX (\\Seen) {5+}', 'hello', 'b2 EXPUNGE', 'b3 IDLE', 'DONE', 'b4 LOGOUT'),
      ],
    },
    {
      port: 993,
      protocol: 'tcp',
      tls: true,
      messages: [
        hex('a1 AUTHENTICATE PLAIN', 'AGFubmEAc2VjcmV0'),
        hex('a2 SELECT INBOX', 'a3 FETCH 1 BODY[]'),
      ],
    },
    {
      port: 143,
      protocol: 'tcp',
      messages: [hex('a1 AUTHENTICATE LOGIN', 'YW5uYQ==', 'c2VjcmV0'), hex('a2 STARTTLS')],
    },
  ],
};
