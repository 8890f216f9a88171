import type { Trial } from './trial.ts';

export const trial: Trial = {
  service: 'redis',
  config: { password: 'Winter-2024' },
  visits: [
    {
      what: 'is refused with a wrong password',
      argv: (ip) => ['redis-cli', '-h', ip, '-a', 'letmein', '--no-auth-warning', 'get', 'config:app:secret'],
      exitCode: 'any',
      prints: /NOAUTH Authentication required/,
      leaves: [
        {
          event: 'auth',
          dst_port: 6379,
          method: 'password',
          username: 'default',
          password: 'letmein',
          accepted: false,
        },
        { event: 'command', command: 'get config:app:secret' },
      ],
    },
    {
      what: 'reads a secret with the password',
      argv: (ip) => [
        'redis-cli',
        '-h',
        ip,
        '-a',
        'Winter-2024',
        '--no-auth-warning',
        'get',
        'config:app:secret',
      ],
      prints: /^"?[0-9a-f]{40}/,
      leaves: [
        { event: 'auth', username: 'default', accepted: true },
        { event: 'command', command: 'get config:app:secret' },
      ],
    },
  ],
  conversations: [
    {
      port: 6379,
      protocol: 'tcp',
      messages: [
        '*2\r\n$4\r\nAUTH\r\n$11\r\nWinter-2024\r\n',
        '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$3\r\nabc\r\n',
        'KEYS *\r\nINFO\r\n',
        '*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n',
      ].map((text) => Buffer.from(text).toString('hex')),
    },
  ],
};
