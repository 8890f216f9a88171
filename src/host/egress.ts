import { createHash } from 'node:crypto';
import type { Exec } from '../exec.ts';
import { readMark } from './base-marks.ts';
import type { EgressState } from './host.ts';

const timeout = 10_000;

/** nsenter(1) was not let in, or the base went meanwhile; or nft(8) may not ask the kernel. */
const notLetIn = /^nsenter:|Operation not permitted/;

/**
 * The rules of the network namespace of a process, read by the nft of its own image: whether they stand as the base
 * has loaded and marked them, and how many packets they refused. What stands in the name of the mark is the digest of
 * the listing at that time; the counters are left out of it.
 */
export async function readEgress(exec: Exec, pid: number): Promise<EgressState> {
  const mark = await readMark(pid, 'egress');
  if (mark === null) return { rules: 'missing', refused: null };
  if (mark === 'open') return { rules: 'open', refused: null };
  const listed = await exec('nsenter', listArguments(pid), { timeout });
  if (listed.exitCode !== 0 && notLetIn.test(listed.stderr)) return { rules: 'not read', refused: null };
  const refused = /packets (\d+) bytes/.exec(listed.stdout)?.[1];
  if (listed.exitCode !== 0 || refused === undefined) return { rules: 'missing', refused: null };
  return { rules: digestOf(listed.stdout) === mark ? 'closed' : 'changed', refused: Number(refused) };
}

/** Enters the base's mount namespace too, whose files are read-only: so nft is there, and the one that loaded the rules. */
export function listArguments(pid: number): readonly string[] {
  const nft = ['/usr/sbin/nft', 'list', 'table', 'inet', 'decnet'];
  return ['--target', String(pid), '--net', '--mount', '--', ...nft];
}

/** As `digest` of templates/runtime/egress.py: 16 hex digits. */
export function digestOf(listing: string): string {
  const text = listing.replaceAll(/packets \d+ bytes \d+/g, '');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
