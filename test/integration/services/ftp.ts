import type { Trial } from './trial.ts';

export const trial: Trial = {
  service: 'ftp',
  config: { accept: [{ username: 'app', password: 'Winter-2024' }] },
  visits: [
    {
      what: 'is refused as root',
      argv: (ip) => ['curl', '-sS', '-u', 'root:letmein', `ftp://${ip}/`],
      exitCode: 67,
      prints: /Access denied: 530/,
      leaves: [
        { event: 'command', dst_port: 21, command: 'USER root' },
        { event: 'auth', method: 'password', username: 'root', password: 'letmein', accepted: false },
      ],
    },
    {
      what: 'leaves a file with an accepted pair',
      argv: (ip) => ['curl', '-sS', '-u', 'app:Winter-2024', '-T', '/etc/passwd', `ftp://${ip}/pub/`],
      leaves: [
        { event: 'command', command: 'USER app' },
        { event: 'auth', username: 'app', accepted: true },
        { event: 'command', command: 'PWD' },
        { event: 'command', command: 'CWD pub' },
        { event: 'command', command: 'EPSV' },
        { event: 'command', command: 'TYPE I' },
        { event: 'command', command: 'STOR passwd' },
        { event: 'upload', name: '/pub/passwd', sha256: /^[0-9a-f]{64}$/ },
        { event: 'command', command: 'QUIT' },
      ],
    },
  ],
  conversations: [
    {
      port: 21,
      protocol: 'tcp',
      messages: ['USER app\r\n', 'PASS Winter-2024\r\n', 'CWD /pub\r\n', 'EPSV\r\n', 'REST 9\r\n'].map(
        (line) => Buffer.from(line).toString('hex'),
      ),
    },
  ],
};
