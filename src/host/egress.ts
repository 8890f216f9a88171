import { createHash } from 'node:crypto';
import type { Exec } from '../exec.ts';
import type { BaseMarks } from './base-marks.ts';
import type { EgressState } from './host.ts';

const timeout = 10_000;

/** nsenter(1) was not let in, or the base went meanwhile; or nft(8) may not ask the kernel. */
const notLetIn = /^nsenter:|Operation not permitted/;

/**
 * The rules of the network namespace of a base: whether they stand as it has loaded them, and how many packets they
 * refused. Where its marks say that nobody changed them and nothing was refused, that is all. Otherwise they are listed
 * by the nft of its own image; the mark has the digest of the listing as it was, the counters left out of it.
 */
export async function readEgress(exec: Exec, pid: number, marks: BaseMarks | null): Promise<EgressState> {
  if (marks === null) return { rules: 'not read', refused: null };
  const digest = marks.get('egress');
  if (digest === 'open') return { rules: 'open', refused: null };
  if (digest !== undefined && marks.has('refused')) return { rules: 'closed', refused: 0 };
  const listed = await exec('nsenter', listArguments(pid), { timeout });
  if (listed.exitCode !== 0 && notLetIn.test(listed.stderr)) return { rules: 'not read', refused: null };
  const refused = /packets (\d+) bytes/.exec(listed.stdout)?.[1];
  if (listed.exitCode !== 0 || refused === undefined) return { rules: 'missing', refused: null };
  return { rules: digestOf(listed.stdout) === digest ? 'closed' : 'changed', refused: Number(refused) };
}

/**
 * Enters the base's mount namespace too, whose files are read-only: so nft is there, and the one that loaded the rules.
 * Terse: without what sets hold, which comes and goes with who asks.
 */
export function listArguments(pid: number): readonly string[] {
  const nft = ['/usr/sbin/nft', '--terse', 'list', 'table', 'inet', 'decnet'];
  return ['--target', String(pid), '--net', '--mount', '--', ...nft];
}

/** As `digest` of templates/runtime/egress.py: 16 hex digits. */
export function digestOf(listing: string): string {
  const text = listing.replaceAll(/packets \d+ bytes \d+/g, '');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
