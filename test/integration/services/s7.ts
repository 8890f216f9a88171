import type { Trial } from './trial.ts';

const connect = '0300001611e00000001400c1020100c2020102c0010a';
const setup = '0300001902f08032010000000000080000f0000001000101e0';
const readNames = '0300002102f080320700000000000800080001120411440100ff090004001c0001';
/** Reads four bytes of DB1, from its beginning. */
const readVariable = '0300001f02f080320100000001000e00000401120a10020004000184000000';
/** Writes 0xcafe to byte 6 of DB1. */
const writeVariable = '0300002502f080320100000002000e00060501120a1002000200018400003000040010cafe';
const stop = '0300002102f0803201000000030010000029000000000009505f50524f4752414d';
const start = '0300002502f0803201000000040014000028000000000000fd000009505f50524f4752414d';

/** A client of few lines: sends each packet after the answer to the one before, and prints the answers. */
const say =
  (...packets: string[]) =>
  (ip: string) => [
    'python3',
    '-c',
    [
      'import socket, sys',
      's = socket.create_connection((sys.argv[1], 102), 10)',
      'for packet in sys.argv[2:]:',
      '    s.sendall(bytes.fromhex(packet))',
      '    print(s.recv(4096))',
    ].join('\n'),
    ip,
    ...packets,
  ];

export const trial: Trial = {
  service: 's7',
  distro: 'siemens-s7-300',
  visits: [
    {
      what: 'is told by nmap which module it is',
      argv: (ip) => ['nmap', '-n', '-Pn', '-p', '102', '--script', 's7-info', ip],
      prints: /Module: 6ES7 315-2EH14-0AB0.*Version: 3\.2\.\d+.*Serial Number: S C-[A-Z0-9]{4}\d{8}/s,
      leaves: [
        { event: 'request', verb: 'connect', called_tsap: '0102', rack: 0, slot: 2 },
        { event: 'request', verb: 'setup', size: 480 },
        { event: 'request', verb: 'read-szl', szl: '0x0011' },
        { event: 'request', verb: 'read-szl', szl: '0x0011' },
        { event: 'request', verb: 'read-szl', szl: '0x001c' },
      ],
    },
    {
      what: 'reads and writes a data block',
      argv: say(connect, setup, readVariable, writeVariable),
      prints: /\\xff\\x04\\x00 /,
      leaves: [
        { event: 'request', verb: 'read-var', query: 'DB1.0.0 BYTE 4' },
        { event: 'command', command: 'write-var', path: 'DB1.6.0 BYTE 2', values: 'cafe', accepted: true },
      ],
    },
    {
      what: 'stops the controller, and starts it again',
      argv: say(connect, setup, stop, start),
      prints: /\)'\n.*\('\n/s,
      leaves: [
        { event: 'command', command: 'plc-stop', name: 'P_PROGRAM', accepted: true },
        { event: 'command', command: 'plc-start', name: 'P_PROGRAM', accepted: true },
      ],
    },
  ],
  conversations: [
    { port: 102, protocol: 'tcp', messages: [connect, setup, readNames, readVariable] },
    { port: 102, protocol: 'tcp', messages: [connect, setup, writeVariable, stop, start] },
  ],
};
