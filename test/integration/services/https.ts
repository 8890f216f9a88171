import { requests } from './http.ts';
import type { Trial } from './trial.ts';

export const trial: Trial = {
  service: 'https',
  distro: 'windows-server-2022',
  config: { accept: [{ username: 'admin', password: 'https-letmein' }] },
  visits: [
    {
      what: 'reads the start page',
      argv: (ip) => ['curl', '-sSik', `https://${ip}/`],
      prints: /HTTP\/1\.1 200 OK[\s\S]*Server: Microsoft-IIS\/10\.0/,
      leaves: [{ event: 'request', method: 'GET', path: '/', status: 200 }],
    },
    {
      what: 'fails by NTLM, and leaves what hashcat cracks',
      argv: (ip) => ['curl', '-sSk', '--ntlm', '--user', 'CORP\\alice:Winter2024', `https://${ip}/certsrv/`],
      prints: /401 - Unauthorized/,
      leaves: [
        {
          event: 'auth',
          method: 'ntlm',
          username: 'alice',
          domain: 'CORP',
          accepted: false,
          hashcat: /^alice::CORP:[0-9a-f]{16}:[0-9a-f]{32}:0101/,
        },
      ],
    },
    {
      what: 'is let in by NTLM',
      argv: (ip) => ['curl', '-sSk', '--ntlm', '--user', 'admin:https-letmein', `https://${ip}/certsrv/`],
      prints: /Work Resources/,
      leaves: [{ event: 'auth', method: 'ntlm', username: 'admin', accepted: true }],
    },
    {
      what: 'shows its certificate',
      argv: (ip) => ['sh', '-c', `openssl s_client -connect ${ip}:443 </dev/null`],
      exitCode: 'any',
      prints: /BEGIN CERTIFICATE/,
      leaves: [],
    },
  ],
  conversations: [{ port: 443, protocol: 'tcp', tls: true, messages: requests }],
};
