import type { Container } from '../docker/docker.ts';
import type { AddressClaims } from '../fleet/address-claims.ts';
import { baseService, labels } from '../fleet/names.ts';
import type { Holder, Link } from '../host/host.ts';

/** What is needed to tell our own answers from others. */
interface Own {
  readonly claims: AddressClaims;
  readonly links: readonly Link[];
  /** Names of the deckies that have a base on this host, in whatever condition. */
  readonly bases: ReadonlySet<string>;
}

export function basesOf(containers: readonly Container[]): ReadonlySet<string> {
  const bases = containers.filter((container) => container.labels[labels.service] === baseService);
  return new Set(bases.map((container) => container.labels[labels.decky] ?? ''));
}

/**
 * Whether a decky itself answered: a base that starts again in this moment is heard on the host link, and a LAN
 * that sends broadcasts back lets even the parent hear its children. Without a base here, an answer with the
 * decky's MAC is another machine's: the same fleet file deployed twice. A pinned entry with that MAC is no
 * answer, and right.
 */
export function isOwnAnswer(own: Own, name: string | null, { mac, isPinned }: Holder): boolean {
  const decky = own.claims.deckies.find((one) => one.name === name);
  if (decky === undefined) return false;
  const expected = decky.mac ?? own.links.find((link) => link.name === own.claims.parent)?.mac;
  return mac === expected && (isPinned || own.bases.has(decky.name));
}
