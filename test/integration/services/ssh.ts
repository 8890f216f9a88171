import type { Trial } from './trial.ts';

const ssh = (ip: string, user: string, password: string, ...options: readonly string[]) =>
  [
    'sshpass',
    '-p',
    password,
    'ssh',
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'PubkeyAuthentication=no',
    '-o',
    'NumberOfPasswordPrompts=1',
    ...options,
    `${user}@${ip}`,
  ] as const;

export const trial: Trial = {
  service: 'ssh',
  config: { accept: [{ username: 'app', password: 'Winter-2024' }] },
  visits: [
    {
      what: 'is refused as root',
      argv: (ip) => [...ssh(ip, 'root', 'let\u0001me in'), 'id'],
      exitCode: 'any',
      prints: /Permission denied/,
      leaves: [
        {
          event: 'auth',
          dst_port: 22,
          method: 'password',
          username: 'root',
          password: 'let\\x01me in',
          client: /^SSH-2\.0-OpenSSH_/,
          accepted: false,
        },
      ],
    },
    {
      what: 'runs a command that runs nothing, with the host key of RSA',
      argv: (ip) => [
        ...ssh(ip, 'app', 'Winter-2024', '-o', 'HostKeyAlgorithms=rsa-sha2-512'),
        'uname -sm; cat /etc/passwd | grep -c app',
      ],
      prints: /Linux x86_64\s+1/,
      leaves: [
        { event: 'auth', username: 'app', accepted: true },
        { event: 'command', command: 'uname -sm; cat /etc/passwd | grep -c app', interactive: false },
      ],
    },
  ],
  conversations: [
    {
      port: 22,
      protocol: 'tcp',
      // A version line, and a KEXINIT that agrees to everything.
      messages: [
        Buffer.from('SSH-2.0-OpenSSH_9.2\r\n').toString('hex'),
        '0000009807146363636363636363636363636363636300000011637572766532353531392d736861' +
          '3235360000000b7373682d656432353531390000000a6165733132382d6374720000000a61657331' +
          '32382d6374720000000d686d61632d736861322d3235360000000d686d61632d736861322d323536' +
          '000000046e6f6e65000000046e6f6e650000000000000000000000000000000000000000',
      ],
    },
  ],
};
