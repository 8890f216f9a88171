import type { Link } from '../host/host.ts';

/** A deployment's host link, as it is going to be made. */
export interface WantedHostLink {
  readonly link: string;
  readonly alias: string;
  readonly kind: 'macvlan' | 'ipvlan';
  readonly parent: string;
  /** Null on ipvlan. */
  readonly mac: string | null;
}

/**
 * Whether a link is the deployment's host link. The kernel takes a link and its alias in two messages: where `ip`
 * died between them, it is one without an alias, as the first message made it.
 */
export function isOwnHostLink(link: Link, wanted: WantedHostLink): boolean {
  if (link.alias !== null) return link.alias === wanted.alias;
  return (
    link.name === wanted.link &&
    link.kind === wanted.kind &&
    link.parent === wanted.parent &&
    (wanted.mac === null || link.mac === wanted.mac) &&
    !link.up &&
    link.addresses.length === 0
  );
}
