import type { Trial } from './trial.ts';

const search = (ip: string, ...more: string[]) => ['ldapsearch', '-x', '-LLL', '-H', `ldap://${ip}`, ...more];
/** No certificate is checked: it is one of the decky's own. */
const unchecked = (argv: readonly string[]) => ['env', 'LDAPTLS_REQCERT=never', ...argv];

/** Bind of `reader` with the password `letmein`. */
const bind = '30190201016014020103040672656164657280076c65746d65696e';
/** `(&(objectClass=user)(!(cn=Guest)))`, of which cn and memberOf are wanted. */
const users =
  '305e0201076359041244433d636f72702c44433d6578616d706c650a01020a0100020100020100010100a024a313040b6f626a656374436c' +
  '617373040475736572a20da30b0402636e04054775657374300e0402636e04086d656d6265724f66';
/** NTLMSSP's first message, by SASL and by Sicily. */
const sasl =
  '303a02010260350201030400a32e040a4753532d53504e45474f04204e544c4d5353500001000000078208a0' +
  '00'.repeat(16);
const sicily = `3030020102602b02010304044e544c4d8a204e544c4d5353500001000000078208a0${'00'.repeat(16)}`;
const startTls = '301d02010377188016312e332e362e312e342e312e313436362e3230303337';
const whoAmI = '301e02010377198017312e332e362e312e342e312e343230332e312e31312e33';
const deletion = '300e0201034a09636e3d612c64633d62';

export const trial: Trial = {
  service: 'ldap',
  distro: 'windows-server-2019',
  config: { accept: [{ username: 'reader', password: 'letmein' }] },
  visits: [
    {
      what: 'asks the server who it is',
      argv: (ip) => search(ip, '-b', '', '-s', 'base'),
      prints: /dsServiceName: CN=NTDS Settings/,
      leaves: [
        { event: 'auth', method: 'anonymous', username: '', accepted: true, dst_port: 389 },
        { event: 'request', method: 'search', base: '', scope: 'base', query: /^\(objectclass=\*\)$/i },
      ],
    },
    {
      what: 'searches without a bind',
      argv: (ip) => search(ip, '-b', 'dc=example'),
      exitCode: 1,
      prints: /000004DC: LdapErr: DSID-/,
      leaves: [{ event: 'auth', method: 'anonymous', accepted: true }],
    },
    {
      what: 'gives a wrong password',
      argv: (ip) => search(ip, '-D', 'CORP\\alice', '-w', 'Summer2024!'),
      exitCode: 49,
      prints: /80090308: LdapErr: DSID-\w+, comment: AcceptSecurityContext error, data 52e, v4563/,
      leaves: [
        {
          event: 'auth',
          method: 'simple',
          username: 'CORP\\alice',
          password: 'Summer2024!',
          accepted: false,
          tls: false,
        },
      ],
    },
    {
      what: 'gives it in TLS, begun on the plain port',
      argv: (ip) => unchecked(search(ip, '-ZZ', '-D', 'alice', '-w', 'secret')),
      exitCode: 49,
      leaves: [
        { event: 'request', method: 'extended', query: '1.3.6.1.4.1.1466.20037' },
        { event: 'auth', username: 'alice', password: 'secret', accepted: false, tls: true, dst_port: 389 },
      ],
    },
    {
      what: 'is let in on the port of TLS',
      argv: (ip) => unchecked(['ldapwhoami', '-x', '-H', `ldaps://${ip}`, '-D', 'reader', '-w', 'letmein']),
      prints: /^u:\w+\\reader$/m,
      leaves: [{ event: 'auth', username: 'reader', accepted: true, tls: true, dst_port: 636 }],
    },
    {
      what: 'may change nothing',
      argv: (ip) => [
        'ldapdelete',
        '-x',
        '-H',
        `ldap://${ip}`,
        '-D',
        'reader',
        '-w',
        'letmein',
        'cn=x,dc=example',
      ],
      exitCode: 50,
      leaves: [
        { event: 'auth', username: 'reader', accepted: true },
        { event: 'command', command: 'delete cn=x,dc=example' },
      ],
    },
  ],
  conversations: [
    { port: 389, protocol: 'tcp', messages: [bind, users, whoAmI, deletion] },
    { port: 389, protocol: 'tcp', messages: [sasl, sasl] },
    { port: 389, protocol: 'tcp', messages: [sicily, sicily] },
    { port: 389, protocol: 'tcp', messages: [startTls, bind] },
    { port: 636, protocol: 'tcp', tls: true, messages: [bind, users] },
  ],
};
