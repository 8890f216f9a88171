import { DecnetError, exitCodes } from '../errors.ts';
import type { LinkSpec } from './host.ts';

/** All links with their details and addresses: one call. */
export function showLinks(): readonly string[] {
  return ['-json', '-details', 'address', 'show'];
}

export function showRoutes(): readonly string[] {
  return ['-json', '-4', 'route', 'show', 'table', 'main'];
}

export function showNeighbours(link: string): readonly string[] {
  return ['-json', '-4', 'neighbour', 'show', 'dev', link];
}

export function deleteLink(name: string): readonly string[] {
  return ['link', 'delete', 'dev', name];
}

export function setLinkUp(name: string): readonly string[] {
  return ['link', 'set', 'dev', name, 'up'];
}

export function addAddress(link: string, address: string): readonly string[] {
  return ['address', 'add', address, 'dev', link];
}

export function deleteAddress(link: string, address: string): readonly string[] {
  return ['address', 'delete', address, 'dev', link];
}

/** Reads commands from standard input and stops at the first that fails. */
export function batch(): readonly string[] {
  return ['-batch', '-'];
}

/** As `batch`, but goes on past failures; each leaves a line on standard error. */
export function batchToTheEnd(): readonly string[] {
  return ['-force', '-batch', '-'];
}

/**
 * Makes a link and marks it. `ip link add … alias …` is no way to do it at once: iproute2 sends the alias
 * along, but the kernel ignores IFLA_IFALIAS in a request for a new link (tried: iproute2 6.1, kernel 6.18).
 */
export function addLinkLines(spec: LinkSpec): readonly string[] {
  const address = spec.mac === null ? '' : ` address ${word(spec.mac)}`;
  const mode = spec.kind === 'macvlan' ? 'bridge' : 'l2';
  const name = word(spec.name);
  return [
    `link add link ${word(spec.parent)} name ${name}${address} type ${spec.kind} mode ${mode}`,
    `link set dev ${name} alias ${word(spec.alias)}`,
  ];
}

export function addRouteLine(link: string, destination: string, source: string): string {
  return `route add ${word(destination)} dev ${word(link)} src ${word(source)}`;
}

/** For a route that is there by way of `link`, maybe with another source address. */
export function replaceRouteLine(link: string, destination: string, source: string): string {
  return `route replace ${word(destination)} dev ${word(link)} src ${word(source)}`;
}

export function deleteRouteLine(link: string, destination: string): string {
  return `route delete ${word(destination)} dev ${word(link)}`;
}

export function forgetNeighbourLine(link: string, address: string): string {
  return `neighbour delete ${word(address)} dev ${word(link)}`;
}

/** NTF_USE: the kernel resolves the address as if a packet waited for it (iproute2 5.16 and later). */
export function askNeighbourLine(link: string, address: string): string {
  return `neighbour replace ${word(address)} dev ${word(link)} use`;
}

/** A batch is split at blanks, quotes and comments, so that a value with one would become another command. */
function word(value: string): string {
  if (/^[^\s"'\\#]+$/.test(value)) return value;
  throw new DecnetError(`${JSON.stringify(value)} cannot stand in a command for ip -batch.`, {
    code: 'BUG',
    exitCode: exitCodes.bug,
  });
}
