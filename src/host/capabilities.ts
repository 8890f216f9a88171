/** CAP_NET_ADMIN (include/uapi/linux/capability.h). */
const netAdmin = 12n;

/** Whether the effective set in a /proc/<pid>/status holds CAP_NET_ADMIN. */
export function includesNetAdmin(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> netAdmin) & 1n) === 1n;
}
