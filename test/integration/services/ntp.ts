import type { Trial } from './trial.ts';

/** A client's packet of version 4, a control query for the server's variables, and ntpdc's monlist. */
const client = `230006ec${'00'.repeat(36)}0102030405060708`;
const variables = '160200010000000000000000';
const list = `1700032a00000000${'00'.repeat(40)}`;

export const trial: Trial = {
  service: 'ntp',
  visits: [
    {
      what: 'is told the time',
      argv: (ip) => ['ntpdig', ip],
      prints: /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ .* s[23] no-leap/,
      leaves: [{ event: 'request', method: 'client', version: 4, size: 48, dst_port: 123 }],
    },
    {
      what: 'is told the version, and not who else has asked',
      argv: (ip) => ['nmap', '-n', '-Pn', '-sU', '-p', '123', '--script', 'ntp-info,ntp-monlist', ip],
      prints: /version: ntpd ntpsec-1\.2\.2/,
      leaves: [],
    },
  ],
  conversations: [{ port: 123, protocol: 'udp', messages: [client, variables, list] }],
};
