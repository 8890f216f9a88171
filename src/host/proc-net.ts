import type { ListeningPort } from './host.ts';

export type SocketTable = 'tcp' | 'tcp6' | 'udp' | 'udp6';

/** TCP_LISTEN, and TCP_CLOSE, which is what a bound UDP socket without a peer is in (include/net/tcp_states.h). */
const listening = { tcp: '0A', udp: '07' } as const;

/**
 * The ports that a table of /proc/<pid>/net shows as open to the network (proc_pid_net(5)). What is bound to
 * loopback is left out: nobody reaches it from outside, and Docker's resolver has such sockets in every container.
 */
export function parseSocketTable(table: SocketTable, text: string): readonly ListeningPort[] {
  const protocol = table.startsWith('tcp') ? 'tcp' : 'udp';
  const ports = new Set<number>();
  for (const line of text.split('\n').slice(1)) {
    const [, local, , state] = line.trim().split(/\s+/);
    const [address, port] = local?.split(':') ?? [];
    if (address === undefined || port === undefined || state !== listening[protocol]) continue;
    if (!isLoopback(address)) ports.add(Number.parseInt(port, 16));
  }
  return [...ports].map((port) => ({ port, protocol }));
}

/** Addresses are words of 32 bits in the host's order, little-endian: 127.0.0.1 reads 0100007F. */
function isLoopback(address: string): boolean {
  if (address.length === 8) return address.endsWith('7F');
  const mapped = '0000000000000000FFFF0000';
  if (address.startsWith(mapped)) return address.endsWith('7F');
  return address === '00000000000000000000000001000000';
}

/** The tables that have anything in them, of /proc/<pid>/net/sockstat and sockstat6. */
export function tablesInUse(sockstat: string): readonly SocketTable[] {
  const tables: readonly SocketTable[] = ['tcp', 'tcp6', 'udp', 'udp6'];
  return tables.filter((table) => new RegExp(`^${table.toUpperCase()}: inuse [1-9]`, 'm').test(sockstat));
}
