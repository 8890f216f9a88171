import type { Trial } from './trial.ts';

const login = (ip: string) =>
  [
    'set timeout 20',
    `spawn telnet ${ip}`,
    'expect "login: "; send "root\\r"; expect "Password: "; send "wrong\\r"',
    'expect "Login incorrect"; expect "login: "; send "root\\r"; expect "Password: "; send "toor\\r"',
    'expect "# "; send "id\\r"; expect "uid=0"; expect "# "; send "exit\\r"; expect eof',
  ].join('\n');

const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');

export const trial: Trial = {
  service: 'telnet',
  config: { accept: [{ username: 'root', password: 'toor' }] },
  visits: [
    {
      what: 'is refused once, then logs in by telnet and runs a command',
      argv: (ip) => ['expect', '-c', login(ip)],
      prints: /uid=0\(root\)/,
      leaves: [
        { event: 'request', method: 'negotiation' },
        { event: 'auth', method: 'password', username: 'root', password: 'wrong', accepted: false },
        { event: 'auth', method: 'password', username: 'root', password: 'toor', accepted: true },
        { event: 'command', command: 'id' },
        { event: 'command', command: 'exit' },
      ],
    },
  ],
  conversations: [
    {
      port: 23,
      protocol: 'tcp',
      messages: [
        'fffb18fffb20fffc23fffb27',
        'fffa200033383430302c3338343030fff0fffa270000555345520178fff0fffa1800585445524dfff0',
        'fffd03fffc01fffb1ffffa1f00500018fff0',
        hex('toor\r\nroot\r\ntoor\r\n'),
        hex('cat /etc/passwd\r\nexit\r\n'),
      ],
    },
    { port: 23, protocol: 'tcp', messages: [hex('root\r\n'), hex('toor\r\n'), hex('id\r\n')] },
  ],
};
