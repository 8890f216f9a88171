import { requests } from './http.ts';
import type { Trial } from './trial.ts';

const json = ['-H', 'Content-Type: application/json'] as const;
const create =
  'POST /v1.45/containers/create HTTP/1.1\r\nHost: decky\r\nContent-Type: application/json\r\n' +
  'Content-Length: 36\r\n\r\n{"Image":"alpine","Cmd":["sh","-c"]}';

export const trial: Trial = {
  service: 'docker-api',
  visits: [
    {
      what: 'asks for the version',
      argv: (ip) => ['curl', '-sSi', `http://${ip}:2375/version`],
      prints: /Server: Docker\/26\.1\.4 \(linux\)[\s\S]*"ApiVersion":"1\.45"/,
      leaves: [{ event: 'request', method: 'GET', path: '/version', status: 200 }],
    },
    {
      what: 'lists the containers',
      argv: (ip) => ['curl', '-sS', `http://${ip}:2375/containers/json`],
      prints: /"State":"running"/,
      leaves: [{ event: 'request', path: '/containers/json' }],
    },
    {
      what: 'wants the host mounted into a container',
      argv: (ip) => [
        'curl',
        '-sS',
        ...json,
        '-d',
        '{"Image":"alpine","Cmd":["chroot","/mnt","sh"],"HostConfig":{"Binds":["/:/mnt"],"Privileged":true}}',
        `http://${ip}:2375/v1.45/containers/create?name=x`,
      ],
      prints: /"Id":"[0-9a-f]{64}"/,
      leaves: [
        {
          event: 'command',
          command: 'chroot /mnt sh',
          image: 'alpine:latest',
          binds: '/:/mnt',
          privileged: true,
        },
      ],
    },
    {
      what: 'starts it',
      argv: (ip) => ['curl', '-sSi', '-X', 'POST', `http://${ip}:2375/v1.45/containers/x/start`],
      prints: /204 No Content/,
      leaves: [{ event: 'request', path: '/v1.45/containers/x/start', status: 204 }],
    },
    {
      what: 'tells its password for a registry',
      argv: (ip) => [
        'curl',
        '-sS',
        ...json,
        '-d',
        '{"username":"dev","password":"hunter2"}',
        `http://${ip}:2375/auth`,
      ],
      prints: /incorrect username or password/,
      leaves: [{ event: 'auth', method: 'registry', username: 'dev', password: 'hunter2', accepted: false }],
    },
  ],
  conversations: [
    { port: 2375, protocol: 'tcp', messages: [...requests, Buffer.from(create, 'latin1').toString('hex')] },
  ],
};
