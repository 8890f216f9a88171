import type { Trial } from './trial.ts';

/** Sends what `printf` makes of the text, and prints what comes back. */
const say = (text: string) => (ip: string) => [
  'sh',
  '-c',
  `(printf '${text}'; sleep 1) | timeout 20 nc -N "$0" 9100`,
  ip,
];
const uel = String.raw`\033%%-12345X`;

export const trial: Trial = {
  service: 'jetdirect',
  distro: 'hp-m404dn',
  visits: [
    {
      what: 'asks which printer it is',
      argv: say(String.raw`${uel}@PJL INFO ID\r\n@PJL INFO STATUS\r\n${uel}`),
      prints: /"HP LaserJet Pro M404dn".*CODE=10001\s+DISPLAY="Ready"/s,
      leaves: [
        { event: 'command', command: '@PJL INFO ID' },
        { event: 'command', command: '@PJL INFO STATUS' },
      ],
    },
    {
      what: 'looks for files, and beyond them',
      argv: say(
        String.raw`${uel}@PJL FSDIRLIST NAME="0:/" ENTRY=1 COUNT=99\r\n@PJL FSUPLOAD NAME="0:/../../etc/passwd"\r\n`,
      ),
      prints: /webServer TYPE=DIR.*FILEERROR=3/s,
      leaves: [
        { event: 'command', command: /FSDIRLIST/, path: '0:/' },
        { event: 'command', command: /FSUPLOAD/, path: '0:/../../etc/passwd', traversal: true },
      ],
    },
    {
      what: 'prints',
      argv: say(String.raw`${uel}@PJL JOB NAME="report"\r\n@PJL ENTER LANGUAGE=POSTSCRIPT\r\n%%!PS\n${uel}`),
      leaves: [
        { event: 'command', command: '@PJL JOB NAME="report"' },
        { event: 'command', command: '@PJL ENTER LANGUAGE=POSTSCRIPT' },
        { event: 'upload', name: 'report', size: 5, language: 'POSTSCRIPT', sha256: /^[0-9a-f]{64}$/ },
      ],
    },
  ],
  conversations: [
    {
      port: 9100,
      protocol: 'tcp',
      messages: [
        Buffer.from('\u001b%-12345X@PJL INFO ID\r\n@PJL FSDIRLIST NAME="0:\\" ENTRY=1 COUNT=9\r\n').toString(
          'hex',
        ),
        Buffer.from('@PJL FSDOWNLOAD FORMAT:BINARY SIZE=20 NAME="0:\\x"\r\nabc').toString('hex'),
        Buffer.from('\u001b%-12345X@PJL ENTER LANGUAGE=PCL\r\nhello\u001b%-12345X').toString('hex'),
      ],
    },
  ],
};
