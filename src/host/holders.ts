import { setTimeout as sleep } from 'node:timers/promises';
import { forgetNeighbourLine } from './arguments.ts';
import type { Holder, Patience } from './host.ts';
import type { Ip } from './ip.ts';
import type { Neighbour } from './ip-json.ts';
import { answersIn, ask, readNeighbours, runLines } from './neighbours.ts';

/** Entries that somebody made by hand: the kernel never asks for those, and neither do we. */
const pinnedStates = new Set(['PERMANENT', 'NOARP']);

interface Question extends Patience {
  readonly link: string;
  readonly addresses: readonly string[];
}

/**
 * Asks on a link who holds each address: silence is asked again in every round, since ARP is not acknowledged
 * (RFC 826). Answers the holder, or null where nobody spoke up; an address that could not be asked is left out,
 * as where an `ip` before 5.16 has to ask by routes that lead elsewhere.
 *
 * The neighbour table is left as it was, but for what was heard anew: a pinned entry counts as a holder and
 * stays, and what only our question brought in goes, so that the kernel stops asking.
 */
export async function findHolders(ip: Ip, question: Question): Promise<ReadonlyMap<string, Holder | null>> {
  const { link, rounds, wait } = question;
  const before = await readNeighbours(ip, link);
  const pinned = before.filter(({ states }) => states.some((state) => pinnedStates.has(state)));
  const isPinned = (address: string): boolean => pinned.some((entry) => entry.address === address);
  const asked = new Set(question.addresses.filter((address) => !isPinned(address)));
  const answers = new Map<string, string>();
  let entries = before.filter(({ address }) => asked.has(address));
  const known = new Set(entries.map(({ address }) => address));
  for (let round = 0; round < rounds; round += 1) {
    const resolve = [...asked].filter((address) => !answers.has(address));
    if (resolve.length === 0) break;
    // The kernel asks at once only for what it does not know, nor is asking for already.
    await ask(ip, link, { forget: addressesOf(entries).filter((one) => !answers.has(one)), resolve });
    await sleep(wait);
    entries = (await readNeighbours(ip, link)).filter(({ address }) => asked.has(address));
    for (const [address, mac] of answersIn(entries)) answers.set(address, mac);
  }
  const ours = addressesOf(entries).filter((address) => !(known.has(address) && answers.has(address)));
  await runLines(
    ip,
    link,
    ours.map((address) => forgetNeighbourLine(link, address)),
  );
  return new Map([
    ...pinned
      .filter(({ address }) => question.addresses.includes(address))
      .map(({ address, mac }) => [address, mac === null ? null : { mac, isPinned: true }] as const),
    ...addressesOf(entries).map((address) => [address, null] as const),
    ...[...answers].map(([address, mac]) => [address, { mac, isPinned: false }] as const),
  ]);
}

function addressesOf(entries: readonly Neighbour[]): readonly string[] {
  return entries.map(({ address }) => address);
}
