import type { Trial } from './trial.ts';

const login = (ip: string, user: string, password: string) => ['-h', ip, '-u', user, '-P', password] as const;

export const trial: Trial = {
  service: 'mqtt',
  config: { accept: [{ username: 'app', password: 'Winter-2024' }] },
  visits: [
    {
      what: 'is refused with a wrong password',
      argv: (ip) => ['mosquitto_sub', ...login(ip, 'admin', 'letmein'), '-i', 'sensor-1', '-t', '#'],
      exitCode: 'any',
      prints: /Connection Refused: not authorised/,
      leaves: [
        {
          event: 'auth',
          dst_port: 1883,
          method: 'password',
          username: 'admin',
          password: 'letmein',
          client_id: 'sensor-1',
          version: 4,
          accepted: false,
        },
      ],
    },
    {
      what: 'gets the retained messages with an accepted pair',
      argv: (ip) => [
        'mosquitto_sub',
        ...login(ip, 'app', 'Winter-2024'),
        '-V',
        '5',
        '-t',
        '#',
        '-v',
        '-W',
        '5',
      ],
      exitCode: 'any',
      prints: /gateway\/config \{"host"/,
      leaves: [
        { event: 'auth', username: 'app', accepted: true, version: 5 },
        { event: 'request', method: 'subscribe', topic: '#' },
      ],
    },
    {
      what: 'publishes with an acknowledgement',
      argv: (ip) => [
        'mosquitto_pub',
        ...login(ip, 'app', 'Winter-2024'),
        '-q',
        '2',
        '-t',
        'door/main/set',
        '-m',
        'OPEN',
      ],
      leaves: [
        { event: 'auth', username: 'app', accepted: true },
        { event: 'request', method: 'publish', topic: 'door/main/set', value: 'OPEN', qos: 2 },
      ],
    },
  ],
  conversations: [
    {
      port: 1883,
      protocol: 'tcp',
      messages: [
        // CONNECT as `app` with the right password, SUBSCRIBE to everything, PUBLISH with the highest quality.
        '102000044d51545404c2001e000263310003617070000b57696e7465722d32303234',
        '8206000100012300',
        '340700016100076869',
      ],
    },
  ],
};
