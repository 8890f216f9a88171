import type { ArchetypeDescription, ServiceDescription } from '../fleet/describe.ts';
import type { Port } from '../fleet/resolved.ts';
import type { ServiceManifest } from '../services/manifest.ts';
import { safeText } from '../text/safe.ts';
import { table } from '../text/table.ts';

/** An archetype for people: services, what it may run on which hardware, and a fleet to paste. Ends with a newline. */
export function archetypeText({ name, title, services, distros, example }: ArchetypeDescription): string {
  const offered = table(
    ['SERVICE', 'PORTS', 'TITLE', 'OPTIONS'],
    services.map((service) => [
      service.name,
      portsText(service.ports),
      service.title,
      Object.entries(service.config)
        .map(([option, value]) => `${option}=${JSON.stringify(value)}`)
        .join(' '),
    ]),
  );
  const machines = table(
    ['DISTRO', 'OS FAMILY', 'TITLE', 'MAC VENDORS', 'HOST NAMES'],
    distros.map((distro) => [
      distro.name,
      distro.os_family,
      distro.title,
      distro.vendors.join(' '),
      distro.hostnames.join(' '),
    ]),
  );
  return `${name}: ${safeText(title)}\n\n${offered}\n\n${machines}\n\n${exampleText(example)}`;
}

/** A service for people: ports, what a scanner takes it for, every option, and a fleet to paste. Ends with a newline. */
export function serviceText(service: ServiceDescription): string {
  const { name, title, ports, nmap, archetypes, config, example } = service;
  const options = table(
    ['OPTION', 'TYPE', 'DEFAULT', 'DESCRIPTION'],
    Object.entries(config).map(([option, part]) => [
      option,
      typeText(part),
      JSON.stringify(part.default),
      part.description,
    ]),
  );
  const seen = nmap.product === undefined ? nmap.service : `${nmap.service}, ${nmap.product}`;
  return `${name}: ${safeText(title)}

Ports: ${portsText(ports)}
nmap -sV must take it for: ${safeText(seen)}
Archetypes that have it: ${archetypes.join(', ') || 'none'}

${Object.keys(config).length === 0 ? 'It has no options.' : options}

${exampleText(example)}`;
}

/** `445/tcp 139/tcp`. */
export function portsText(ports: readonly Port[]): string {
  return ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' ');
}

function exampleText(example: string): string {
  const lines = example.trimEnd().split('\n');
  return `To paste into a fleet file:\n\n${lines.map((line) => `${safeText(line)}\n`).join('')}`;
}

type Part = Omit<ServiceManifest['config'][string], 'default' | 'description'>;

function typeText(part: Part): string {
  if (part.enum !== undefined) return `one of ${part.enum.join(', ')}`;
  switch (part.type) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `whole number${boundsText(part)}`;
    case 'number':
      return `number${boundsText(part)}`;
    case 'array':
      return part.items === undefined ? 'list' : `list of ${typeText(part.items)}`;
    case 'object':
      return `{ ${Object.keys(part.properties ?? {}).join(', ')} }`;
    default:
      return 'anything';
  }
}

function boundsText({ minimum, maximum }: Part): string {
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `, at least ${minimum}`;
  return maximum === undefined ? '' : `, at most ${maximum}`;
}
