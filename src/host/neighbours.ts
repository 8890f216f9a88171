import { setTimeout as sleep } from 'node:timers/promises';
import { askNeighbourLine, batchToTheEnd, forgetNeighbourLine, showNeighbours } from './arguments.ts';
import { sendDatagrams } from './datagrams.ts';
import { type Ip, requireSuccess } from './ip.ts';
import { type Neighbour, parseNeighbours } from './ip-json.ts';

/** States that a neighbour's own words have led to: once deleted, an entry gets there only by hearing from it. */
const heard = new Set(['REACHABLE', 'STALE', 'DELAY', 'PROBE']);

const interval = 100;

/**
 * Asks the LAN by ARP for each address and answers who spoke up, MAC by address.
 *
 * What the kernel remembers is deleted first, so that an answer is never older than this call: a cached entry
 * would vouch for a decky that is long gone. Entries that somebody pinned (PERMANENT) are left as they are and do
 * not count as answers. An address that was given up (FAILED, after 3 requests) is asked again until time is over.
 */
export async function askNeighbours(
  ip: Ip,
  question: { readonly link: string; readonly addresses: readonly string[]; readonly timeout: number },
): Promise<ReadonlyMap<string, string>> {
  const deadline = performance.now() + question.timeout;
  const before = await readNeighbours(ip, question.link);
  const pinned = before.filter((entry) => entry.states.includes('PERMANENT')).map((entry) => entry.address);
  const asked = [...new Set(question.addresses)].filter((address) => !pinned.includes(address));
  const known = before.map((entry) => entry.address).filter((address) => asked.includes(address));
  await ask(ip, question.link, { forget: known, resolve: asked });
  for (;;) {
    const entries = (await readNeighbours(ip, question.link)).filter((entry) =>
      asked.includes(entry.address),
    );
    const answers = answersIn(entries);
    const left = deadline - performance.now();
    if (answers.size === asked.length || left <= 0) return answers;
    const failed = entries.filter((entry) => entry.states.includes('FAILED')).map((entry) => entry.address);
    if (failed.length > 0) await ask(ip, question.link, { forget: [], resolve: failed });
    await sleep(Math.min(interval, left));
  }
}

/** Of the entries of a link: MAC by address, of those that were heard. */
export function answersIn(entries: readonly Neighbour[]): ReadonlyMap<string, string> {
  return new Map(
    entries.flatMap((entry) =>
      entry.mac !== null && entry.states.some((state) => heard.has(state))
        ? [[entry.address, entry.mac]]
        : [],
    ),
  );
}

interface Asking {
  readonly forget: readonly string[];
  readonly resolve: readonly string[];
}

/**
 * Asks through `ip`, which needs no route to the address and sends nothing but ARP. An `ip` before 5.16 does not
 * know how; there a datagram to each makes the kernel ask, by whatever link its routes say.
 */
export async function ask(ip: Ip, link: string, { forget, resolve }: Asking): Promise<void> {
  if (resolve.length === 0) return;
  const isUnderstood = await runLines(ip, link, [
    ...forget.map((address) => forgetNeighbourLine(link, address)),
    ...resolve.map((address) => askNeighbourLine(link, address)),
  ]);
  if (!isUnderstood) await sendDatagrams(resolve);
}

/** Runs lines of `ip -batch` about neighbours, none of them in vain; false where this `ip` is too old for them. */
export async function runLines(ip: Ip, link: string, lines: readonly string[]): Promise<boolean> {
  if (lines.length === 0) return true;
  const result = await ip(batchToTheEnd(), lines);
  if (/is a garbage/.test(result.stderr)) return false;
  // "No such file": the entry was gone before we deleted it.
  requireSuccess(`ask ${link} for its neighbours`, result, /No such file or directory/);
  return true;
}

export async function readNeighbours(ip: Ip, link: string): Promise<readonly Neighbour[]> {
  const result = await ip(showNeighbours(link));
  requireSuccess(`read the neighbours on ${link}`, result);
  return parseNeighbours(result.stdout);
}
