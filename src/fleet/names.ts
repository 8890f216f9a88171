import { createHash } from 'node:crypto';

const aliasPrefix = 'decnet:';

/** Labels that mark Docker objects as ours. */
export const labels = {
  deployment: 'decnet.deployment',
  decky: 'decnet.decky',
  service: 'decnet.service',
  /** Hash of a container's definition in the compose file: tells a drifted container. */
  spec: 'decnet.spec',
  /** On images: `runtime` or the name of the service. */
  image: 'decnet.image',
  /** On the Docker network of a parent interface, which belongs to no deployment alone: the interface. */
  network: 'decnet.network',
} as const;

/** The value of the `decnet.service` label of a base container. No service can have this name. */
export const baseService = 'base';

/**
 * Name of the Docker network on a parent interface, shared by all deployments on it: Docker allows one macvlan
 * network a parent. Docker's names have no `@` or `:`, interfaces may: such a name is hashed, after a sign of its own.
 */
export function networkName(parent: string): string {
  return /^[\w.-]+$/.test(parent) ? `decnet-lan.${parent}` : `decnet-lan_${hash(parent, 12)}`;
}

/** Name of the Docker network that decnet 0.1.0 made for a deployment alone. */
export function earlierNetworkName(deployment: string): string {
  return `decnet-${deployment}`;
}

/** Compose project of a deployment. Pinned with `-p`, so that the working directory decides nothing. */
export function projectName(deployment: string): string {
  return `decnet-${deployment}`;
}

/** Name of a decky's base container, which owns IP and MAC. No part has a dot in it: no two names can clash. */
export function baseContainerName(deployment: string, decky: string): string {
  return `decnet-${deployment}.${decky}`;
}

/** Name of a decky's service container. */
export function serviceContainerName(deployment: string, decky: string, service: string): string {
  return `decnet-${deployment}.${decky}.${service}`;
}

/** Name of the host-bridge link: at most 15 bytes (IFNAMSIZ), so that a long deployment name is hashed. */
export function bridgeLinkName(deployment: string): string {
  const plain = `dn-${deployment}`;
  if (plain.length <= 15) return plain;
  return `dn-${hash(deployment, 12)}`;
}

/** The `alias` that marks a link as a deployment's. */
export function linkAlias(deployment: string): string {
  return `${aliasPrefix}${deployment}`;
}

/** The deployment that a link's alias marks it as; null when it is none of ours. */
export function deploymentOfAlias(alias: string | null): string | null {
  return alias?.startsWith(aliasPrefix) ? alias.slice(aliasPrefix.length) : null;
}

/** What the tags of our images begin with; a user may have given one a tag of their own. */
export const imagePrefix = 'decnet/';

/** Tag of a service's image: by content, shared by all deckies and deployments. */
export function serviceImage(service: string, digest: string): string {
  return `${imagePrefix}${service}:${digest.slice(0, 12)}`;
}

/** Name of the throwaway link that preflight tries; also at most 15 bytes. */
export function probeLinkName(deployment: string): string {
  return `dnp-${hash(deployment, 11)}`;
}

function hash(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
