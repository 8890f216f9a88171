import { addressClaims } from '../fleet/address-claims.ts';
import type { ResolvedFleet } from '../fleet/resolved.ts';
import type { Holder, Host, Link } from '../host/host.ts';
import type { DeckyStatus } from './fleet-status.ts';
import { isOwnAnswer } from './own-answers.ts';

/**
 * Whether another machine answers for a decky's address, and with which MAC. `not asked`: this process may not
 * ask, the parent interface is not there or down, or an entry in the neighbour table that somebody pinned stands
 * in the way.
 */
export type Conflict = 'none' | 'not asked' | { readonly mac: string };

/** Tells a decky's conflict by what was heard. */
type Judge = (decky: Pick<DeckyStatus, 'decky' | 'ip' | 'base'>) => Conflict;

/**
 * Asks on the parent interface, which never hears our own deckies, who has their addresses. Each is asked once,
 * and waited for `wait` milliseconds. Never rejects: what cannot be asked is said so.
 */
export async function lookForSecondHolders(
  host: Pick<Host, 'links' | 'findHolders'>,
  fleet: ResolvedFleet,
  wait: number,
): Promise<Judge> {
  const heard = await listen(host, fleet, wait).catch(() => null);
  const claims = addressClaims(fleet);
  return ({ decky, ip, base }) => {
    const holder = heard?.holders.get(ip);
    if (heard === null || holder === undefined || holder?.isPinned) return 'not asked';
    if (holder === null) return 'none';
    const bases = new Set(base === 'missing' ? [] : [decky]);
    return isOwnAnswer({ claims, links: heard.links, bases }, decky, holder) ? 'none' : { mac: holder.mac };
  };
}

async function listen(
  host: Pick<Host, 'links' | 'findHolders'>,
  { network, deckies }: ResolvedFleet,
  wait: number,
): Promise<{ readonly links: readonly Link[]; readonly holders: ReadonlyMap<string, Holder | null> } | null> {
  const links = await host.links();
  if (!links.some(({ name, up }) => name === network.interface && up)) return null;
  const addresses = deckies.map(({ ip }) => ip);
  return { links, holders: await host.findHolders(network.interface, addresses, { rounds: 1, wait }) };
}
