import type { Trial } from './trial.ts';

const value = (tag: number, name: string, content: string): string => {
  const length = (text: string): string => String.fromCharCode(text.length >> 8, text.length & 0xff);
  return String.fromCharCode(tag) + length(name) + name + length(content) + content;
};

const message = (operation: number, more = '', document = ''): string => {
  const body =
    `\x02\x00\x00${String.fromCharCode(operation)}\x00\x00\x00\x01\x01` +
    value(0x47, 'attributes-charset', 'utf-8') +
    value(0x48, 'attributes-natural-language', 'en') +
    value(0x45, 'printer-uri', 'ipp://decky/ipp/print') +
    `${more}\x03${document}`;
  const head = `POST /ipp/print HTTP/1.1\r\nHost: decky\r\nContent-Type: application/ipp\r\n`;
  return Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n${body}`, 'latin1').toString('hex');
};

const test = (ip: string, name: string, ...options: readonly string[]): readonly string[] => [
  'ipptool',
  '-tv',
  ...options,
  `ipp://${ip}/ipp/print`,
  name,
];

export const trial: Trial = {
  service: 'ipp',
  distro: 'hp-m404dn',
  visits: [
    {
      what: "reads the printer's attributes",
      argv: (ip) => test(ip, 'get-printer-attributes.test'),
      prints: /printer-make-and-model \(textWithoutLanguage\) = HP LaserJet Pro M404-M405/,
      leaves: [{ event: 'command', command: 'Get-Printer-Attributes' }],
    },
    {
      what: 'prints a file',
      argv: (ip) => test(ip, 'print-job.test', '-f', '/etc/debian_version'),
      prints: /Print file using Print-Job\s+\[PASS\]/,
      leaves: [
        { event: 'command', command: 'Print-Job' },
        { event: 'upload', sha256: /^[0-9a-f]{64}$/ },
      ],
    },
    {
      what: 'reads the names of what was printed',
      argv: (ip) => test(ip, 'get-completed-jobs.test'),
      exitCode: 'any',
      prints: /job-name/,
      leaves: [{ event: 'command', command: 'Get-Jobs' }],
    },
  ],
  conversations: [
    {
      port: 631,
      protocol: 'tcp',
      messages: [message(0x0b), message(0x02, value(0x42, 'job-name', 'x'), '%!PS')],
    },
  ],
};
