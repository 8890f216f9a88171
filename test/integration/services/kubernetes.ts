import { requests } from './http.ts';
import type { Trial } from './trial.ts';

const bearer = (token: string): readonly string[] => ['-H', `Authorization: Bearer ${token}`];

export const trial: Trial = {
  service: 'kubernetes',
  config: { tokens: ['let-me-in'] },
  visits: [
    {
      what: 'is refused as the anonymous user',
      argv: (ip) => ['curl', '-sSk', `https://${ip}:6443/api/v1/secrets`],
      prints: /secrets is forbidden: User \\"system:anonymous\\" cannot list resource/,
      leaves: [{ event: 'request', method: 'GET', path: '/api/v1/secrets', status: 403 }],
    },
    {
      what: 'reads the version',
      argv: (ip) => ['curl', '-sSk', `https://${ip}:6443/version`],
      prints: /"gitVersion": "v1\.28\.3"/,
      leaves: [{ event: 'request', path: '/version', status: 200 }],
    },
    {
      what: 'tries a token',
      argv: (ip) => ['curl', '-sSk', ...bearer('stolen'), `https://${ip}:6443/api/v1/pods`],
      prints: /"reason": "Unauthorized"/,
      leaves: [{ event: 'auth', method: 'token', password: 'stolen', accepted: false }],
    },
    {
      what: 'reads secrets with an accepted token',
      argv: (ip) => ['curl', '-sSk', ...bearer('let-me-in'), `https://${ip}:6443/api/v1/secrets`],
      prints: /"kind": "SecretList"/,
      leaves: [{ event: 'auth', method: 'token', accepted: true }],
    },
    {
      what: 'wants a command run in a pod',
      argv: (ip) => [
        'curl',
        '-sSk',
        '-X',
        'POST',
        `https://${ip}:6443/api/v1/namespaces/kube-system/pods/coredns/exec?command=id`,
      ],
      prints: /cannot create resource \\"pods\/exec\\"/,
      leaves: [{ event: 'command', command: 'id' }],
    },
  ],
  conversations: [{ port: 6443, protocol: 'tcp', tls: true, messages: requests }],
};
