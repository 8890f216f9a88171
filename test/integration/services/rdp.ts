import type { Trial } from './trial.ts';

/** xfreerdp wants a display, although it shows nothing on it. */
const logIn = (ip: string, options: string) => [
  'sh',
  '-c',
  `Xvfb :9 -screen 0 640x480x16 >/dev/null 2>&1 & display=$!
  timeout 20 sh -c 'until [ -e /tmp/.X11-unix/X9 ]; do sleep 0.1; done'
  DISPLAY=:9 xfreerdp /auth-only /cert:ignore /v:${ip} ${options}
  code=$?; kill $display; wait $display; exit $code`,
];

export const trial: Trial = {
  service: 'rdp',
  distro: 'windows-10',
  config: { nla: false, accept: [{ username: 'anna', password: 'Summer24' }] },
  visits: [
    {
      what: 'is refused by NLA with a wrong password',
      argv: (ip) => logIn(ip, '/sec:nla /d:CORP /u:anna /p:wrong'),
      // XF_EXIT_AUTH_FAILURE
      exitCode: 134,
      prints: /STATUS_LOGON_FAILURE/,
      leaves: [
        { event: 'request', method: 'x224-connect', username: 'anna', dst_port: 3389 },
        {
          event: 'auth',
          method: 'ntlm',
          username: 'anna',
          domain: 'CORP',
          accepted: false,
          hashcat: /^anna::CORP:[0-9a-f]{16}:[0-9a-f]{32}:0101[0-9a-f]+$/,
        },
      ],
    },
    {
      what: 'is let in by NLA with an accepted pair',
      argv: (ip) => logIn(ip, '/sec:nla /u:anna /p:Summer24'),
      prints: /Authentication only, exit status 0/,
      leaves: [
        { event: 'auth', method: 'ntlm', username: 'anna', accepted: true },
        { event: 'request', method: 'desktop' },
      ],
    },
    {
      what: 'sends its password in TLS and is refused',
      argv: (ip) => logIn(ip, '/sec:tls /u:bob /p:hunter2'),
      exitCode: 'any',
      prints: /ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES/,
      leaves: [{ event: 'auth', method: 'password', username: 'bob', password: 'hunter2', accepted: false }],
    },
    {
      what: 'tells its names and its build',
      argv: (ip) => ['nmap', '-Pn', '-n', '-p', '3389', '--script', 'rdp-ntlm-info', ip],
      prints: /NetBIOS_Computer_Name: [-A-Z0-9]+.*Product_Version: 10\.0\.19041/s,
      leaves: [],
    },
  ],
  conversations: [
    {
      port: 3389,
      protocol: 'tcp',
      messages: ['0300002a25e00000000000436f6f6b69653a206d737473686173683d6e6d61700d0a0100080003000000'],
    },
    {
      port: 3389,
      protocol: 'tcp',
      tls: true,
      messages: [
        // A login by NLA, which Windows takes without a connection request before TLS.
        '302fa003020106a12830263024a02204204e544c4d5353500001000000358288e000000000000000000000000000000000',
        '30820179a003020106a18201183082011430820110a082010c048201084e544c4d53535000030000001800180050000000900090006800000008000800400000000800080048000000000000005000000010001000f8000000358288e043004f005200500061006e006e006100be249fffb454de23097a97d4087ae37243445a5a49615470f6b0969dc36cd88d65042cca6d5cd0e00101000000000000d092e186477cdd0143445a5a496154700000000002000a00460049004c004500530001000a00460049004c004500530004000a00660069006c006500730003000a00660069006c006500730007000800d092e186477cdd010900140063006900660073002f00460049004c004500530000000000000000008fc8173331553e0b0f9e41e39b8bc3dca3320430707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070a52204206e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e',
      ],
    },
  ],
};
