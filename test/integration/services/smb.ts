import type { Trial } from './trial.ts';

/** The first share of a disk that is the decky's own. */
const shareOf = (ip: string) =>
  `$(smbclient -g -U 'anna%Summer24' -L //${ip} | sed -n 's/^Disk|\\([^$|]*\\)|.*/\\1/p' | head -n 1)`;

const inShare = (ip: string, commands: string) => [
  'sh',
  '-c',
  `smbclient -U 'anna%Summer24' "//${ip}/${shareOf(ip)}" -c '${commands}'`,
];

const login = { event: 'auth', method: 'ntlm', username: 'anna', dst_port: 445 } as const;
const hashcat = /^anna::WORKGROUP:[0-9a-f]{16}:[0-9a-f]{32}:0101[0-9a-f]+$/;

export const trial: Trial = {
  service: 'smb',
  config: { accept: [{ username: 'anna', password: 'Summer24' }] },
  visits: [
    {
      what: 'lists the shares in a null session',
      argv: (ip) => ['smbclient', '-N', '-L', `//${ip}`],
      prints:
        /Anonymous login successful.*print\$ +Disk.*IPC\$ +IPC +IPC Service \(Samba 4\.17\.12-Debian\)/s,
      // smbclient tries its own user without a password first.
      leaves: [
        { event: 'auth', method: 'ntlm', accepted: false },
        { event: 'auth', method: 'ntlm', username: '', accepted: true },
        { event: 'request', method: 'call', name: 'NetrShareEnum' },
      ],
    },
    {
      what: 'is refused with a wrong password',
      argv: (ip) => ['smbclient', '-U', 'anna%wrong', '-L', `//${ip}`],
      exitCode: 1,
      prints: /NT_STATUS_LOGON_FAILURE/,
      leaves: [{ ...login, accepted: false, hashcat }],
    },
    {
      what: 'reads the bait with an accepted pair',
      argv: (ip) => inShare(ip, 'recurse; ls; cd IT; get backup-job.ps1 -'),
      prints: /robocopy/,
      leaves: [
        { ...login, accepted: true },
        { ...login, accepted: true, hashcat },
        { event: 'request', method: 'read', path: 'IT\\backup-job.ps1' },
      ],
    },
    {
      what: 'leaves a file and deletes none',
      argv: (ip) => inShare(ip, 'put /etc/debian_version tool.exe; ls; del README.txt'),
      exitCode: 'any',
      prints: /tool\.exe.*NT_STATUS_ACCESS_DENIED deleting remote file/s,
      leaves: [
        { ...login, accepted: true },
        { ...login, accepted: true },
        { event: 'upload', name: 'tool.exe', sha256: /^[0-9a-f]{64}$/ },
      ],
    },
    {
      what: 'asks what is spoken',
      argv: (ip) => [
        'nmap',
        '-Pn',
        '-n',
        '-p',
        '139,445',
        '--script',
        'smb-protocols,smb2-time,smb2-security-mode,smb2-capabilities',
        ip,
      ],
      prints: /311.*Message signing enabled but not required/s,
      leaves: [],
    },
  ],
  conversations: [
    {
      port: 445,
      protocol: 'tcp',
      messages: [
        // Negotiation of SMB 2.1, and both messages of a login by NTLM.
        '00000066fe534d424000000000000000000001000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000002400010001000000000000006363636363636363636363636363636300000000000000001002',
        '0000009afe534d42400001000000000001000000000000000000000001000000000000000000000000000000000000000000000000000000000000000000000000000000190000010000000000000000580042000000000000000000604006062b0601050502a0363034a00e300c060a2b06010401823702020aa22204204e544c4d5353500001000000358288e000000000000000000000000000000000',
        '00000168fe534d42400001000000000001000000000000000000000002000000000000000000000000000000000000000000000000000000000000000000000000000000190000010000000000000000580010010000000000000000a182010c30820108a2820104048201004e544c4d53535000030000001800180048000000900090006000000000000000400000000800080040000000000000004800000010001000f0000000358288e072006f006f00740083ce00499cd8d6fc99980bacc8b9e90a416f72544f38353900a1f65543f9bfa5dc0ee9d237c626b30101000000000000c012ddf1427cdd01416f72544f3835390000000002000a00460049004c004500530001000a00460049004c004500530004000a00660069006c006500730003000a00660069006c006500730007000800c012ddf1427cdd010900140063006900660073002f00460049004c00450053000000000000000000e3d07febedaeb2c352d0b9781d3b95a1',
      ],
    },
    {
      port: 139,
      protocol: 'tcp',
      messages: [
        // A NetBIOS session, a negotiation of SMB 1 and a login without NTLMSSP.
        `8100004420${'434b'.repeat(16)}0020${'4341'.repeat(16)}00`,
        '000000a4ff534d4272000000000801400000000000000000000000000000400600000100008100025043204e4554574f524b2050524f4752414d20312e3000024d4943524f534f4654204e4554574f524b5320312e303300024d4943524f534f4654204e4554574f524b5320332e3000024c414e4d414e312e3000024c4d312e3258303032000253616d626100024e54204c414e4d414e20312e3000024e54204c4d20302e313200',
        '00000084ff534d42730000000018014000000000000000000000000000000000000000000dff0000000411010001000000000018001800000000005000000047006c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e7573657200444f4d41494e00556e69780053616d626100',
      ],
    },
  ],
};
