import type { Trial } from './trial.ts';

/** Asks a port of the decky itself. */
const dig = (ip: string, port: number, ...query: string[]) => [
  'dig',
  `@${ip}`,
  '-p',
  String(port),
  '+tries=1',
  '+time=3',
  ...query,
];

/** The query for the address of `wpad`, and of mDNS for the kinds of services. */
const wpad = '00070000000100000000000004777061640000010001';
const kinds = '000000000001000000000000095f7365727669636573075f646e732d7364045f756470056c6f63616c00000c0001';

/** Asks the group that LLMNR is asked in (RFC 4795 section 2), for the name of an address. */
const askGroup = (ip: string) => `
import socket, struct
name = b"".join(bytes([len(part)]) + part.encode() for part in "${ip.split('.').reverse().join('.')}.in-addr.arpa".split("."))
asked = struct.pack(">6H", 7, 0, 1, 0, 0, 0) + name + struct.pack(">xHH", 12, 1)
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
    probe.connect(("${ip}", 9))
    link.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(probe.getsockname()[0]))
link.settimeout(3)
link.sendto(asked, ("224.0.0.252", 5355))
print("answered by", *link.recvfrom(2048)[1])
`;

export const trial: Trial = {
  service: 'llmnr',
  visits: [
    {
      what: 'finds the host name by LLMNR, asked itself',
      argv: (ip) => dig(ip, 5355, '+short', '-x', ip),
      prints: /^\S+\.$/m,
      leaves: [
        { event: 'request', method: 'query', protocol: 'llmnr', type: 'PTR', known: true, dst_port: 5355 },
      ],
    },
    {
      what: 'finds it by LLMNR, asked with everybody on the link',
      argv: (ip) => ['python3', '-c', askGroup(ip)],
      prints: /answered by 198\.51\.100\.\d+ 5355/,
      leaves: [{ event: 'request', protocol: 'llmnr', type: 'PTR', known: true, dst_port: 5355 }],
    },
    {
      what: 'is not told of another name',
      argv: (ip) => dig(ip, 5355, 'wpad'),
      exitCode: 9,
      leaves: [{ event: 'request', protocol: 'llmnr', query: 'wpad', type: 'A', known: false }],
    },
    {
      what: 'finds by mDNS what it announces',
      argv: (ip) => dig(ip, 5353, '+short', '_services._dns-sd._udp.local', 'PTR'),
      prints: /^_workstation\._tcp\.local\.$/m,
      leaves: [
        {
          event: 'request',
          protocol: 'mdns',
          query: '_services._dns-sd._udp.local',
          type: 'PTR',
          dst_port: 5353,
        },
      ],
    },
  ],
  conversations: [
    { port: 5355, protocol: 'udp', messages: [wpad] },
    { port: 5353, protocol: 'udp', messages: [kinds, wpad] },
  ],
};
