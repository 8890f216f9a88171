import type { Trial } from './trial.ts';

const dig = (ip: string, ...query: string[]) => ['dig', `@${ip}`, '+tries=1', '+time=5', ...query];
const question = { event: 'request', method: 'query', class: 'IN' } as const;

/** A query for the address of `www.example.org`, as it goes over UDP. */
const query = '1234012000010000000000010377777707657861' + '6d706c65036f726700000100010000291000000000000000';
/** The same in capitals, of type ANY. */
const any = '4321000000010000000000000357575707455841' + '4d504c45034f52470000ff0001';

export const trial: Trial = {
  service: 'dns',
  visits: [
    {
      what: 'asks for the version',
      argv: (ip) => dig(ip, 'version.bind', 'CH', 'TXT', '+short'),
      prints: /"9\.18\.\d+-1~deb12u\d+-Debian"/,
      leaves: [{ event: 'request', query: 'version.bind', type: 'TXT', class: 'CH', protocol: 'udp' }],
    },
    {
      what: 'asks for a name of the rest of the world',
      argv: (ip) => dig(ip, 'www.example.org', 'A'),
      prints: /status: REFUSED/,
      leaves: [{ ...question, query: 'www.example.org', type: 'A', protocol: 'udp', dst_port: 53 }],
    },
    {
      what: 'asks over TCP',
      argv: (ip) => dig(ip, '+tcp', 'www.example.org', 'MX'),
      prints: /status: REFUSED/,
      leaves: [{ ...question, query: 'www.example.org', type: 'MX', protocol: 'tcp', dst_port: 53 }],
    },
    {
      what: 'is refused a zone',
      argv: (ip) => dig(ip, 'example.org', 'AXFR'),
      exitCode: 'any',
      prints: /Transfer failed/,
      leaves: [{ ...question, query: 'example.org', type: 'AXFR', protocol: 'tcp' }],
    },
  ],
  conversations: [
    { port: 53, protocol: 'udp', messages: [query, any] },
    { port: 53, protocol: 'tcp', messages: [`002c${query}`, `0021${any}`] },
  ],
};
