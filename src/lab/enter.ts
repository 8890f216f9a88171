import type { ChildIdentity } from '../exec.ts';

/**
 * Arguments of nsenter(1) that enter a holder's namespaces, and its root: entering a mount namespace alone
 * would leave a chroot that we run in.
 */
export function enter(holder: ChildIdentity): readonly string[] {
  const place = `/proc/${holder.pid}`;
  return [`--mount=${place}/ns/mnt`, `--net=${place}/ns/net`, `--root=${place}/root`];
}
