import type { Trial } from './trial.ts';

export const trial: Trial = {
  service: 'tftp',
  visits: [
    {
      what: 'reads the configuration of a router with curl',
      argv: (ip) => ['curl', '-s', '--max-time', '20', `tftp://${ip}/router-confg`],
      prints: /enable password 7 \d\d[0-9A-F]+/,
      leaves: [{ event: 'request', verb: 'RRQ', path: 'router-confg', mode: 'octet', found: true }],
    },
    {
      what: 'reads the configuration of a phone with tftp-hpa',
      argv: (ip) => [
        'sh',
        '-c',
        'cd /tmp && tftp -m binary "$0" -c get SIPDefault.cnf && cat SIPDefault.cnf',
        ip,
      ],
      prints: /line1_password: "[0-9a-f]+"/,
      leaves: [{ event: 'request', verb: 'RRQ', path: 'SIPDefault.cnf', found: true }],
    },
    {
      what: 'is refused a file outside',
      argv: (ip) => ['tftp', '-m', 'binary', ip, '-c', 'get', '../../etc/passwd', '/dev/null'],
      exitCode: 'any',
      prints: /Error code 2: Access violation/,
      leaves: [{ event: 'request', verb: 'RRQ', path: '../../etc/passwd', found: false }],
    },
    {
      what: 'leaves a file',
      argv: (ip) => ['curl', '-s', '--max-time', '20', '-T', '/etc/debian_version', `tftp://${ip}/drop.sh`],
      leaves: [
        { event: 'request', verb: 'WRQ', path: 'drop.sh', mode: 'octet' },
        { event: 'upload', name: 'drop.sh', complete: true, sha256: /^[0-9a-f]{64}$/ },
      ],
    },
  ],
  conversations: [
    {
      port: 69,
      protocol: 'udp',
      messages: [
        // RRQ of cfg.xml with a block size, its acknowledgement, WRQ of x, its first block.
        '00016366672e786d6c006f6374657400626c6b73697a650031323800',
        '00040000',
        '000278006f6374657400',
        '00030001616263',
      ],
    },
  ],
};
