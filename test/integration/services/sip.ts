import { attacker } from '../on-lab.ts';
import type { Trial } from './trial.ts';

const hex = (...lines: string[]) => Buffer.from(lines.map((line) => `${line}\r\n`).join('')).toString('hex');

const request = (method: string, ...more: string[]) =>
  hex(
    `${method} sip:pbx.example SIP/2.0`,
    'Via: SIP/2.0/UDP 192.0.2.9:5062;branch=z9hG4bKa;rport',
    'From: <sip:100@pbx.example>;tag=a',
    'To: <sip:100@pbx.example>',
    'Call-ID: 1@192.0.2.9',
    `CSeq: 1 ${method}`,
    'User-Agent: tester',
    'Contact: <sip:100@192.0.2.9:5062>',
    ...more,
    'Content-Length: 0',
    '',
  );

const digest =
  'Authorization: Digest username="100", realm="asterisk", nonce="1/0011223344556677", uri="sip:pbx.example", ' +
  'response="00112233445566778899aabbccddeeff", algorithm=MD5, cnonce="c", qop=auth, nc=00000001';

const register = (ip: string, password: string) => [
  ...['sipsak', '-H', attacker, '-U', '-v', '-u', '100', '-a', password],
  ...['-C', `sip:100@${ip}`, '-s', `sip:100@${ip}`],
];

export const trial: Trial = {
  service: 'sip',
  config: { accept: [{ username: '100', password: 'secret' }] },
  visits: [
    {
      what: 'asks for its abilities',
      argv: (ip) => ['sipsak', '-H', attacker, '-vv', '-s', `sip:100@${ip}`],
      prints: /Server: Asterisk PBX/,
      leaves: [{ event: 'request', method: 'OPTIONS', user_agent: /^sipsak/ }],
    },
    {
      what: 'may not register with a wrong password, which leaves a hash to crack',
      argv: (ip) => register(ip, 'wrong'),
      exitCode: 2,
      leaves: [
        { event: 'request', method: 'REGISTER' },
        { event: 'auth', method: 'digest', username: '100', hashcat: /^\$sip\$\*\*\*100\*/, accepted: false },
      ],
    },
    {
      what: 'registers',
      argv: (ip) => register(ip, 'secret'),
      prints: /completed successful/,
      leaves: [
        { event: 'request', method: 'REGISTER' },
        { event: 'auth', method: 'digest', username: '100', user_agent: /^sipsak/, accepted: true },
      ],
    },
  ],
  conversations: [
    {
      port: 5060,
      protocol: 'udp',
      messages: [request('OPTIONS'), request('REGISTER'), request('REGISTER', digest), request('INVITE')],
    },
    {
      port: 5060,
      protocol: 'tcp',
      messages: ['0d0a0d0a', request('OPTIONS'), request('INVITE', digest), request('BYE')],
    },
  ],
};
