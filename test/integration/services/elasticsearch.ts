import { requests } from './http.ts';
import type { Trial } from './trial.ts';

const search =
  'POST /_search HTTP/1.1\r\nHost: decky\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"size": 100}';

export const trial: Trial = {
  service: 'elasticsearch',
  visits: [
    {
      what: 'asks what it is',
      argv: (ip) => ['curl', '-sS', `http://${ip}:9200/`],
      prints: /"number" : "7\.10\.2"[\s\S]*You Know, for Search/,
      leaves: [{ event: 'request', method: 'GET', path: '/', status: 200 }],
    },
    {
      what: 'lists the indices',
      argv: (ip) => ['curl', '-sS', `http://${ip}:9200/_cat/indices?v`],
      prints: /^health status index/,
      leaves: [{ event: 'request', path: '/_cat/indices', query: 'v' }],
    },
    {
      what: 'leaves a ransom note',
      argv: (ip) => [
        'curl',
        '-sS',
        '-H',
        'Content-Type: application/json',
        '-d',
        '{"message":"pay"}',
        `http://${ip}:9200/read_me/_doc`,
      ],
      prints: /"result":"created"/,
      leaves: [{ event: 'command', command: 'POST /read_me/_doc', body: '{"message":"pay"}' }],
    },
    {
      what: 'tries a password',
      argv: (ip) => ['curl', '-sS', '--user', 'elastic:changeme', `http://${ip}:9200/_cluster/health`],
      prints: /"status":"yellow"/,
      leaves: [{ event: 'auth', method: 'basic', username: 'elastic', password: 'changeme' }],
    },
  ],
  conversations: [
    { port: 9200, protocol: 'tcp', messages: [...requests, Buffer.from(search, 'latin1').toString('hex')] },
  ],
};
