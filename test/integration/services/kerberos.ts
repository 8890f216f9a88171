import type { Trial } from './trial.ts';

/** Asks for a ticket with a password. The realm is the domain of the fleet. */
const kinit = (ip: string, user: string, transport: 'udp' | 'tcp' = 'udp') => [
  'sh',
  '-c',
  [
    'conf=$(mktemp)',
    `printf '[libdefaults]\\n dns_lookup_kdc = false\\n udp_preference_limit = ${transport === 'udp' ? 1400 : 1}\\n[realms]\\n CORP.EXAMPLE = {\\n  kdc = ${ip}\\n }\\n' >$conf`,
    `echo secret | KRB5_CONFIG=$conf kinit ${user}@CORP.EXAMPLE`,
    'code=$?; rm $conf; exit $code',
  ].join('\n'),
];

/** The end of a request of alice's for a ticket, from the client's name on. */
const body =
  'a1123010a003020101a10930071b05616c696365a20e1b0c434f52502e4558414d504c45a321301fa003020102a11830161b066b72627467' +
  '741b0c434f52502e4558414d504c45a511180f32303337303931333032343830355aa70402023039a80b3009020112020111020117';
/** AS-REQ without a proof of the password, and with one. */
const bare = `6a8187308184a103020105a20302010aa4783076a00703050050800010${body}`;
const proven =
  '6a81d93081d6a103020105a20302010aa350304e304ca103020102a24504433041a003020112a23a0438000102030405060708090a0b0c0d' +
  `0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637a4783076a00703050050800010${body}`;
/** TGS-REQ with a ticket that is none. */
const ticket =
  '6c8188308185a103020105a20302010ca3133011300fa103020101a20804067469636b6574a4643062a00703050050800010' +
  body.slice(40);

export const trial: Trial = {
  service: 'kerberos',
  distro: 'windows-server-2019',
  config: { users: ['alice'] },
  visits: [
    {
      what: 'is told that a user does not exist',
      argv: (ip) => kinit(ip, 'nobody'),
      exitCode: 1,
      prints: /not found in Kerberos database/,
      leaves: [
        {
          event: 'request',
          method: 'as-req',
          username: 'nobody',
          domain: 'CORP.EXAMPLE',
          known: false,
          protocol: 'udp',
          dst_port: 88,
        },
      ],
    },
    {
      what: 'proves a password of a user who does, and is refused',
      argv: (ip) => kinit(ip, 'alice'),
      exitCode: 1,
      prints: /Password incorrect/,
      leaves: [
        { event: 'request', method: 'as-req', username: 'alice', known: true },
        {
          event: 'auth',
          method: 'kerberos',
          username: 'alice',
          domain: 'CORP.EXAMPLE',
          accepted: false,
          hashcat: /^\$krb5pa\$18\$alice\$CORP\.EXAMPLE\$[0-9a-f]{112,}$/,
        },
      ],
    },
    {
      what: 'does so over TCP',
      argv: (ip) => kinit(ip, 'alice', 'tcp'),
      exitCode: 1,
      prints: /Password incorrect/,
      leaves: [
        { event: 'request', method: 'as-req', username: 'alice', protocol: 'tcp' },
        { event: 'auth', method: 'kerberos', username: 'alice', protocol: 'tcp', accepted: false },
      ],
    },
    {
      what: 'is told that the guest may not',
      argv: (ip) => kinit(ip, 'guest'),
      exitCode: 1,
      prints: /credentials have been revoked/,
      leaves: [{ event: 'request', method: 'as-req', username: 'guest', known: true }],
    },
  ],
  conversations: [
    { port: 88, protocol: 'udp', messages: [bare, proven, ticket] },
    { port: 88, protocol: 'tcp', messages: [`0000008a${bare}`, `000000dc${proven}`, `0000008b${ticket}`] },
  ],
};
