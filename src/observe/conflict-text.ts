import type { AddressConflict } from './address-conflicts.ts';

/** A conflict for people: what is wrong, without a full stop, and what to do. */
export function conflictText({ ip, decky, holder, link, free }: AddressConflict): {
  readonly what: string;
  readonly remedy: string;
} {
  const whose = decky === null ? 'the host link' : `decky ${decky}`;
  const found = holder.isPinned
    ? `is pinned to ${holder.mac} in the neighbour table of ${link}`
    : `is in use: ${holder.mac} answers for it on ${link}`;
  const next = free.length === 0 ? 'no free one was found after it' : `free after it: ${free.join(', ')}`;
  // The host link's own is drawn, always.
  const change = decky === null ? 'set a network.range without it' : `give ${decky} another ip (${next})`;
  return { what: `${ip} of ${whose} ${found}`, remedy: `Free it, or ${change}.` };
}
