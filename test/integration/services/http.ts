import type { Trial } from './trial.ts';

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

/** What web clients send, for the hostile pass of both services. */
export const requests: readonly string[] = [
  hex('GET / HTTP/1.1\r\nHost: decky\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n'),
  hex('GET /admin HTTP/1.1\r\nHost: decky\r\nAuthorization: Basic YWRtaW46eA==\r\n\r\n'),
  hex(
    'POST /login HTTP/1.1\r\nHost: decky\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
      'Content-Length: 25\r\n\r\nusername=admin&password=x',
  ),
  hex(
    'POST /upload HTTP/1.1\r\nHost: decky\r\nContent-Type: multipart/form-data; boundary=b\r\n' +
      'Transfer-Encoding: chunked\r\n\r\n4a\r\n--b\r\nContent-Disposition: form-data; name="f"; filename="x"' +
      '\r\n\r\nAA\r\n--b--\r\n0\r\n\r\n',
  ),
];

export const trial: Trial = {
  service: 'http',
  config: { accept: [{ username: 'admin', password: 'http-letmein' }] },
  visits: [
    {
      what: 'reads the login page',
      argv: (ip) => ['curl', '-sSi', `http://${ip}/`],
      prints: /HTTP\/1\.1 200 OK[\s\S]*Server: Apache\/2\.4\.\d+ \(Debian\)[\s\S]*name="password"/,
      leaves: [{ event: 'request', method: 'GET', path: '/', status: 200, user_agent: /^curl\// }],
    },
    {
      what: 'fails at the login form',
      argv: (ip) => ['curl', '-sS', '-d', 'username=root', '-d', 'password=toor', `http://${ip}/login`],
      prints: /Invalid username or password/,
      leaves: [
        { event: 'auth', method: 'form', username: 'root', password: 'toor', accepted: false, dst_port: 80 },
      ],
    },
    {
      what: 'is let in by basic authentication',
      argv: (ip) => ['curl', '-sS', '--user', 'admin:http-letmein', `http://${ip}/admin`],
      prints: /There are no entries/,
      leaves: [
        { event: 'auth', method: 'basic', username: 'admin', password: 'http-letmein', accepted: true },
      ],
    },
    {
      what: 'leaves a file',
      argv: (ip) => [
        'curl',
        '-sS',
        '-F',
        'file=@/etc/debian_version;filename=shell.php',
        `http://${ip}/upload.php`,
      ],
      prints: /404 Not Found/,
      leaves: [{ event: 'upload', name: 'shell.php', sha256: /^[0-9a-f]{64}$/ }],
    },
  ],
  conversations: [{ port: 80, protocol: 'tcp', messages: requests }],
};
