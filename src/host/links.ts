import { access } from 'node:fs/promises';
import { addLinkLines, batch, deleteLink, showLinks } from './arguments.ts';
import { answersForOthers } from './arp-scope.ts';
import type { Link, LinkSpec } from './host.ts';
import { type Ip, requireSuccess } from './ip.ts';
import { parseLinks } from './ip-json.ts';

export async function readLinks(ip: Ip): Promise<readonly Link[]> {
  const result = await ip(showLinks());
  requireSuccess('read the links', result);
  return Promise.all(
    parseLinks(result.stdout).map(async (link) => ({
      ...link,
      wireless: await isWireless(link.name),
      answersForOthers: await answersForOthers(link.name),
    })),
  );
}

/**
 * Makes a link and gives it its alias in one run of `ip -batch`. All input is in the pipe before `ip` reads it, and
 * `ip` outlives us, so that no end of ours falls between the two. Only the end of `ip` itself can (and a power cut,
 * which takes the link along); what is left then bears our deterministic name and, on macvlan, our MAC.
 */
export async function addLink(ip: Ip, spec: LinkSpec): Promise<void> {
  const lines = addLinkLines(spec);
  const result = await ip(batch(), lines);
  // The second line failed: the link is there without its mark, made by us a moment ago.
  if (result.exitCode !== 0 && /^Command failed -:2$/m.test(result.stderr)) await ip(deleteLink(spec.name));
  requireSuccess(`make the ${spec.kind} link ${spec.name} on ${spec.parent}`, result);
}

async function isWireless(name: string): Promise<boolean> {
  try {
    await access(`/sys/class/net/${name}/phy80211`);
    return true;
  } catch {
    return false;
  }
}
