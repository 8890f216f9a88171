import { execa } from 'execa';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { labCommand } from '../lab/command.ts';
import { notUp } from '../lab/not-up.ts';
import { readLabRecord } from '../lab/record.ts';

/** What nmap makes of one open port. */
export interface SeenPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** `open`, `open|filtered`, `closed`, … */
  readonly state: string;
  /** Its name for the protocol, such as `ssh`; `tcpwrapped` where it got no word out of it. */
  readonly service: string | null;
  /** Product and version, as far as it recognised them. */
  readonly product: string | null;
  /** Whether it heard anything: by the port alone it has a name for the protocol too. */
  readonly isHeard: boolean;
  /** It got an answer that no line of nmap-service-probes knows. */
  readonly isUnrecognised: boolean;
}

/** What nmap makes of one machine. */
export interface SeenMachine {
  readonly ports: readonly SeenPort[];
  /** Its best guess at the operating system, with the accuracy in per cent; null where no guess was near. */
  readonly os: {
    readonly name: string;
    readonly families: readonly string[];
    readonly accuracy: number;
  } | null;
  /** The vendor of the MAC as nmap's copy of the IEEE registry has it. */
  readonly vendor: string | null;
}

export interface Target {
  readonly ip: string;
  readonly ports: readonly { readonly port: number; readonly protocol: 'tcp' | 'udp' }[];
}

/** Closed on every decky: nmap -O wants one open and one closed port. */
const closedPort = 39_999;

/** Scans one machine from the attacker's place: its declared ports with -sV, and its system with -O. */
export async function scan(target: Target, signal: AbortSignal): Promise<SeenMachine> {
  const record = await readLabRecord();
  if (record === null) throw notUp();
  const { file, args, env } = labCommand(record, 'attacker', nmapArguments(target), process.env);
  const { stdout } = await execa(file, args, { env, cancelSignal: signal });
  return readMachine(stdout);
}

function nmapArguments({ ip, ports }: Target): readonly string[] {
  const of = (protocol: string): readonly number[] =>
    ports.filter((one) => one.protocol === protocol).map(({ port }) => port);
  const udp = of('udp');
  const list = [
    `T:${[...of('tcp'), closedPort].join(',')}`,
    ...(udp.length > 0 ? [`U:${udp.join(',')}`] : []),
  ];
  const kinds = udp.length > 0 ? ['-sS', '-sU'] : ['-sS'];
  return [
    'nmap',
    '-n',
    '-Pn',
    ...kinds,
    '-p',
    list.join(','),
    '-sV',
    // Port 9100 is left out otherwise: what a real printer is sent there, it prints.
    '--allports',
    '-O',
    '--max-os-tries',
    '2',
    '-oX',
    '-',
    ip,
  ];
}

const list = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).default([]);

const portSchema = z.object({
  '@portid': z.coerce.number(),
  '@protocol': z.enum(['tcp', 'udp']),
  state: z.object({ '@state': z.string() }),
  service: z
    .object({
      '@name': z.string().optional(),
      '@product': z.string().optional(),
      '@version': z.string().optional(),
      '@servicefp': z.string().optional(),
      '@method': z.string().optional(),
    })
    .optional(),
});

const osMatchSchema = z.object({
  '@name': z.string(),
  '@accuracy': z.coerce.number(),
  osclass: list(z.object({ '@osfamily': z.string() })),
});

const reportSchema = z.object({
  nmaprun: z.object({
    host: z.tuple([
      z.object({
        address: list(z.object({ '@addrtype': z.string(), '@vendor': z.string().optional() })),
        ports: z.object({ port: list(portSchema) }),
        os: z.object({ osmatch: list(osMatchSchema) }).optional(),
      }),
    ]),
  }),
});

const lists = new Set(['host', 'address', 'port', 'osmatch', 'osclass']);

/** Reads nmap's report of one machine (nmap.dtd). */
export function readMachine(xml: string): SeenMachine {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    isArray: (name) => lists.has(name),
  });
  const [host] = reportSchema.parse(parser.parse(xml)).nmaprun.host;
  const [best] = host.os?.osmatch ?? [];
  return {
    ports: host.ports.port.filter((one) => one['@portid'] !== closedPort).map(seenPort),
    os:
      best === undefined
        ? null
        : {
            name: best['@name'],
            families: [...new Set(best.osclass.map((one) => one['@osfamily']))],
            accuracy: best['@accuracy'],
          },
    vendor: host.address.find((one) => one['@addrtype'] === 'mac')?.['@vendor'] ?? null,
  };
}

function seenPort({ service, state, ...port }: z.output<typeof portSchema>): SeenPort {
  // By the table of ports alone, nmap has heard nothing.
  const heard = service?.['@method'] === 'probed' ? service : undefined;
  const product = [heard?.['@product'], heard?.['@version']].filter((one) => one !== undefined).join(' ');
  return {
    port: port['@portid'],
    protocol: port['@protocol'],
    state: state['@state'],
    service: service?.['@name'] ?? null,
    product: product === '' ? null : product,
    isHeard: heard !== undefined,
    isUnrecognised: service?.['@servicefp'] !== undefined,
  };
}
