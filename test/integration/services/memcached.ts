import type { Trial } from './trial.ts';

export const trial: Trial = {
  service: 'memcached',
  visits: [
    {
      what: 'asks for the statistics',
      argv: (ip) => ['memcstat', `--servers=${ip}`],
      prints: /version: 1\.6\.18/,
      leaves: [
        { event: 'command', dst_port: 11211, command: 'version' },
        { event: 'command', command: /^stats/ },
        { event: 'command', command: 'quit' },
      ],
    },
    {
      what: 'reads what the application has cached',
      argv: (ip) => ['memccat', `--servers=${ip}`, 'config:app'],
      prints: /"secret": "[0-9a-f]{40}"/,
      leaves: [
        { event: 'command', command: 'get config:app' },
        { event: 'command', command: 'quit' },
      ],
    },
    {
      what: 'puts a value in by the binary protocol',
      argv: (ip) => ['memccp', '--binary', `--servers=${ip}`, '/etc/passwd'],
      leaves: [
        { event: 'command', command: 'set passwd', value: /^root:/ },
        { event: 'command', command: 'quit' },
      ],
    },
  ],
  conversations: [
    {
      port: 11211,
      protocol: 'tcp',
      messages: [
        Buffer.from('set a 0 0 3\r\nabc\r\n').toString('hex'),
        Buffer.from('get a\r\nstats items\r\nstats cachedump 3 0\r\n').toString('hex'),
      ],
    },
    {
      port: 11211,
      protocol: 'tcp',
      messages: [
        '800100010800000000000000000000070000000000000000000000000000000061',
        '80100000000000000000000000000000'.padEnd(48, '0'),
      ],
    },
  ],
};
