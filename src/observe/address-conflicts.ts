import type { Container } from '../docker/docker.ts';
import type { AddressClaims } from '../fleet/address-claims.ts';
import type { Holder, Host, Link } from '../host/host.ts';
import { askOn } from './ask-on.ts';
import { freeAfter } from './free-addresses.ts';
import { basesOf, isOwnAnswer } from './own-answers.ts';

/** An address of the fleet that somebody else has. */
export interface AddressConflict {
  readonly ip: string;
  /** Null: the host link. */
  readonly decky: string | null;
  readonly holder: Holder;
  /** Where it was heard. */
  readonly link: string;
  /** The next addresses of the range that nobody claims and nobody answers for; few. */
  readonly free: readonly string[];
}

interface Question {
  /** Our own containers. An address that one of them has is not asked for. */
  readonly containers: readonly Container[];
  /** Ask on the host link too: it hears the other children of the parent, which the parent does not. */
  readonly onHostLink: boolean;
}

/**
 * Asks who has the addresses that the fleet is going to take: those that nothing of ours has yet. That takes half
 * a second, and on a conflict another half; where there is nothing to ask, none. A parent never hears its own
 * macvlan and ipvlan children, so that whoever answers there is beyond this host. Asks nothing of the LAN on a
 * link that is not there or down.
 */
export async function findConflicts(
  host: Pick<Host, 'links' | 'findHolders'>,
  claims: AddressClaims,
  { containers, onHostLink }: Question,
): Promise<readonly AddressConflict[]> {
  const links = await host.links();
  const wanted = unheldClaims(claims, links, containers);
  const asked = [claims.parent, ...(onHostLink ? [claims.link.name] : [])].filter((name) =>
    links.some((link) => link.name === name && link.up),
  );
  if (wanted.length === 0 || asked.length === 0) return [];
  const addresses = wanted.map(({ ip }) => ip);
  const answers = await askOn(host, asked, addresses);
  const own = { claims, links, bases: basesOf(containers) };
  const conflicts = wanted.flatMap(({ ip, decky }) => {
    const foreign = answers.flatMap(({ holder, ...where }) =>
      where.ip === ip && holder !== null && !isOwnAnswer(own, decky, holder)
        ? [{ ...where, decky, holder }]
        : [],
    );
    return foreign.slice(0, 1);
  });
  const free = await freeAfter(
    host,
    { claims, links, asked },
    conflicts.map(({ ip }) => ip),
  );
  return conflicts.map((conflict) => ({ ...conflict, free: free.get(conflict.ip) ?? [] }));
}

/** What the fleet will have and has not yet. */
function unheldClaims(
  claims: AddressClaims,
  links: readonly Link[],
  containers: readonly Container[],
): readonly { readonly decky: string | null; readonly ip: string }[] {
  const held = new Set(containers.flatMap(({ state, addresses }) => (state === 'running' ? addresses : [])));
  const link = links.find(({ name }) => name === claims.link.name);
  if (link?.addresses.includes(`${claims.link.ip}/32`)) held.add(claims.link.ip);
  return [
    ...claims.deckies.map(({ name, ip }) => ({ decky: name, ip })),
    { decky: null, ip: claims.link.ip },
  ].filter(({ ip }) => !held.has(ip));
}
