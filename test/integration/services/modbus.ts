import type { Trial } from './trial.ts';

/** pymodbus with a client `c` that is connected; `text` is Python. */
const pymodbus = (text: string) => (ip: string) => [
  'python3',
  '-c',
  [
    'import sys',
    'from pymodbus.client import ModbusTcpClient',
    'from pymodbus.mei_message import ReadDeviceInformationRequest',
    'c = ModbusTcpClient(sys.argv[1])',
    'assert c.connect()',
    text,
    'c.close()',
  ].join('\n'),
  ip,
];

export const trial: Trial = {
  service: 'modbus',
  distro: 'schneider-m340',
  visits: [
    {
      what: 'asks who made it',
      argv: pymodbus('print(c.execute(ReadDeviceInformationRequest(read_code=1, unit=1)).information)'),
      prints: /b'Schneider Electric'.*b'BMX P34 2020'.*b'v\d\.\d'/,
      leaves: [{ event: 'request', verb: 'read-device-identification', unit: 1 }],
    },
    {
      what: 'reads registers and coils',
      argv: pymodbus(
        'print(c.read_holding_registers(0, 8, slave=1).registers, c.read_coils(0, 8, slave=1).bits)',
      ),
      prints: /\[\d+(, \d+){7}\] \[(True|False)/,
      leaves: [
        { event: 'request', verb: 'read-holding-registers', address: 0, quantity: 8 },
        { event: 'request', verb: 'read-coils', address: 0, quantity: 8 },
      ],
    },
    {
      what: 'writes, and finds it again',
      argv: pymodbus(
        [
          'c.write_register(3, 4242, slave=1)',
          'c.write_coil(2, True, slave=1)',
          'print(c.read_holding_registers(3, 1, slave=1).registers)',
        ].join('\n'),
      ),
      prints: /\[4242\]/,
      leaves: [
        {
          ...{ event: 'command', command: 'write-single-register', function: 6, unit: 1 },
          ...{ address: 3, values: '4242', accepted: true },
        },
        { event: 'command', command: 'write-single-coil', address: 2, values: '0xff00', accepted: true },
      ],
    },
    {
      what: 'is taken for Modbus by nmap, which asks for its identification',
      argv: (ip) => ['nmap', '-n', '-Pn', '-p', '502', '--script', 'modbus-discover', ip],
      prints: /Device identification: Schneider Electric BMX P34 2020 v\d\.\d/,
      leaves: [{ event: 'request', verb: 'report-server-id', unit: 1, exception: 1 }],
    },
  ],
  conversations: [
    {
      port: 502,
      protocol: 'tcp',
      messages: [
        '000100000006010300000008',
        '000200000006010600031092',
        '00030000000b0110000500020400010002',
        '000400000005012b0e0100',
      ],
    },
  ],
};
