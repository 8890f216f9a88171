import { readFile, writeFile } from 'node:fs/promises';
import { DecnetError } from '../errors.ts';

/** Answers only for addresses of the link that the question came in by (kernel, ip-sysctl, arp_ignore). */
const ownOnly = 1;

/** Rejects with `LINK_NOT_ISOLATED` when the kernel does not take it. */
export async function answerForOwn(link: string): Promise<void> {
  try {
    await writeFile(arpIgnoreOf(link), `${ownOnly}\n`);
  } catch (cause) {
    throw new DecnetError(
      `Could not keep ${link} from answering for the host's other addresses: ${String(cause)}`,
      {
        code: 'LINK_NOT_ISOLATED',
        hint: 'Look at `ip link` whether the link is there and at /proc/sys whether it can be written, then run: decnet resume',
        cause,
      },
    );
  }
}

/** Whether a link answers for addresses of others. One that is gone meanwhile answers for nobody. */
export async function answersForOthers(link: string): Promise<boolean> {
  const [own, all] = await Promise.all([link, 'all'].map(readArpIgnore));
  return Math.max(own ?? ownOnly, all ?? 0) < ownOnly;
}

async function readArpIgnore(link: string): Promise<number | null> {
  const text = await readFile(arpIgnoreOf(link), 'utf8').catch(() => null);
  return text === null ? null : Number(text);
}

function arpIgnoreOf(link: string): string {
  return `/proc/sys/net/ipv4/conf/${link}/arp_ignore`;
}
