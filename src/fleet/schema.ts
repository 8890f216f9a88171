import { z } from 'zod';
import { quote } from '../yaml/nearest.ts';
import { deploymentName } from './deployment-name.ts';

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const dotted = `${octet}(\\.${octet}){3}`;

function pattern(expression: RegExp, what: string) {
  return z.string().regex(expression, { error: (issue) => `${quote(issue.input)} is not ${what}` });
}

const address = pattern(new RegExp(`^${dotted}$`), 'an IPv4 address, e.g. 192.0.2.70');
const cidr = pattern(new RegExp(`^${dotted}/(3[0-2]|[12]?\\d)$`), 'a network, e.g. 192.0.2.0/24');
const hostLabel = '[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
// Active Directory takes 64 characters. The last name is not all digits, which would make it an address (RFC 3696).
const domainName = new RegExp(`^(?=.{3,64}$)(${hostLabel}\\.)+(?=[a-zA-Z0-9-]*[a-zA-Z])${hostLabel}$`);

/** One entry of `deckies`: what is not given is drawn. */
const deckySchema = z.strictObject({
  name: pattern(/^[a-z][a-z0-9-]{0,39}$/, 'a name of a decky: a-z, 0-9 and -, a letter first, at most 40')
    .optional()
    .describe('Unique in the fleet. Default: the archetype and a number.'),
  archetype: z.string().describe('What kind of machine it is; see `decnet archetypes`.'),
  ip: address.optional().describe('In the subnet; may lie outside the range.'),
  mac: pattern(/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/, 'a MAC address, e.g. 00:14:22:01:23:45')
    .optional()
    .describe('Default: drawn, with the first three bytes of a vendor that fits the archetype.'),
  // Linux takes 64 bytes (HOST_NAME_MAX), Docker 63.
  hostname: pattern(new RegExp(`^(?=.{1,63}$)${hostLabel}(\\.${hostLabel})*$`), 'a host name (RFC 1123)')
    .optional()
    .describe('Default: drawn in the style of the archetype.'),
  distro: z.string().optional().describe('What it claims to run; see `decnet distros`.'),
  services: z
    .array(z.string())
    .min(1, 'a decky needs at least one service')
    .optional()
    .describe('Replaces the services of the archetype.'),
  config: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .describe('Options of each service, by its name; see `decnet services`.'),
  count: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('So many deckies of this kind; not with name, ip, mac or hostname.'),
});

const networkSchema = z.strictObject({
  driver: z
    .enum(['macvlan', 'ipvlan'])
    .default('macvlan')
    .describe('ipvlan (L2): all deckies share the MAC of the interface.'),
  interface: pattern(/^[^\s/]{1,15}$/, 'a name of a network interface')
    .optional()
    .describe('The LAN side. Default: the interface of the default route.'),
  subnet: cidr.optional().describe("Default: the interface's."),
  gateway: address.optional().describe("Default: the interface's default route, if it has one."),
  range: cidr
    .optional()
    .describe('Where free addresses are taken from; keep it out of DHCP. Default: the subnet.'),
});

const destinationSchema = z
  .strictObject({
    to: pattern(new RegExp(`^${dotted}(/(3[0-2]|[12]?\\d))?$`), 'an IPv4 address or network').describe(
      'An address, or a network. A network never opens the host itself.',
    ),
    port: z.int().min(1).max(65535).optional().describe('Default: every port.'),
    protocol: z.enum(['tcp', 'udp']).optional().describe('Of the port. Default: tcp.'),
  })
  .refine(({ port, protocol }) => port !== undefined || protocol === undefined, {
    message: 'protocol needs a port',
    path: ['protocol'],
  });

const egressSchema = z.strictObject({
  policy: z
    .enum(['closed', 'open'])
    .default('closed')
    .describe(
      'closed: a decky answers, it never calls. open: no rules at all, for kernels without nftables.',
    ),
  allow: z.array(destinationSchema).max(64).default([]).describe('Destinations that deckies may call.'),
});

const limitsSchema = z.strictObject({
  memory: pattern(/^([1-9]\d{0,5})[mg]$/, 'an amount of memory, e.g. 256m or 1g')
    .refine((text) => text.endsWith('g') || Number.parseInt(text, 10) >= 16, 'memory is at least 16m')
    .default('256m')
    .describe('At least 16m; what is beyond is ended by the kernel.'),
  pids: z.int().min(8).max(32_768).default(64).describe('Processes and threads.'),
  cpus: z.number().min(0.05).max(1024).default(1).describe('Of one CPU, e.g. 0.5.'),
});

// A schema of its own each: the JSON Schema has other names in each.
function oneOrMore() {
  return z
    .union([z.string(), z.array(z.string()).min(1)], {
      error: ({ input }) => (input === undefined ? undefined : 'expected a name, or a list of names'),
    })
    .transform((names) => (typeof names === 'string' ? [names] : names));
}

const alertSchema = z.strictObject({
  on: oneOrMore().describe('Events that are told, e.g. auth or egress-denied; docs/events.md has them all.'),
  webhook: z
    // Not quoted where it is wrong: whoever has the URL may post to it.
    .url({
      protocol: /^https?$/,
      error: ({ code }) => (code === 'invalid_format' ? 'not an http or https URL' : undefined),
    })
    .max(2000, 'a URL of at most 2000 characters')
    .describe('Where they are sent by POST, as JSON. A secret: it is printed nowhere.'),
  decky: oneOrMore().optional().describe('Of these deckies alone, by name. Default: of all.'),
  service: oneOrMore().optional().describe('Of these services alone. Default: of all.'),
});

/** The fleet file, as the user writes it. Strict. */
export const fleetSchema = z.strictObject({
  name: pattern(deploymentName, 'a name of a deployment: a-z, 0-9 and -, a letter first, at most 31')
    .default('decnet')
    .describe('Name of the deployment; names, labels and links derive from it.'),
  seed: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('What all that is left open is drawn from. Default: this host and the name.'),
  domain: pattern(domainName, 'a domain of two or more names, e.g. corp.example')
    .optional()
    .describe('DNS and Active Directory domain of all deckies. Default: drawn.'),
  network: networkSchema.prefault({}).describe('The LAN that the deckies live on.'),
  egress: egressSchema.prefault({}).describe('What deckies may send to whom without being asked.'),
  limits: limitsSchema.prefault({}).describe('Of each service container.'),
  alerts: z
    .array(alertSchema)
    .max(100)
    .default([])
    .describe('Which events are sent to a webhook while `decnet collect` runs.'),
  deckies: z.array(deckySchema).min(1, 'a fleet needs at least one decky').describe('The decoy machines.'),
});

/** A fleet as code may write it: what has a default can be left out. */
export type FleetInput = z.input<typeof fleetSchema>;
/** A fleet of right form; `resolveFleet` checks that it makes sense on a host. */
export type Fleet = Readonly<z.output<typeof fleetSchema>>;
/** One entry of `alerts`. */
export type FleetAlert = Readonly<z.output<typeof alertSchema>>;
/** One entry of `deckies`; stands for several with `count`. */
export type FleetDecky = Readonly<z.output<typeof deckySchema>>;
