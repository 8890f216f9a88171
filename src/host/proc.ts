import { open, readFile, readlink } from 'node:fs/promises';
import type { ListeningPort } from './host.ts';
import { parseSocketTable, tablesInUse } from './proc-net.ts';

/**
 * Listening ports in the network namespace of a process, each once; none when the process is gone.
 *
 * A table of TCP is dear: to show one namespace, the kernel walks the hash of all (2.6 ms on a machine with 24 GiB).
 * So a table is read only if sockstat, which costs nothing, says that there is something in it.
 */
export async function readListeningPorts(pid: number): Promise<readonly ListeningPort[]> {
  const read = async (file: string) => (await unlessGone(() => readTable(`/proc/${pid}/net/${file}`))) ?? '';
  const sockstat = `${await read('sockstat')}\n${await read('sockstat6')}`;
  const ports = new Map<string, ListeningPort>();
  for (const table of tablesInUse(sockstat)) {
    for (const port of parseSocketTable(table, await read(table)))
      ports.set(`${port.port}/${port.protocol}`, port);
  }
  return [...ports.values()];
}

/** Inode of a process's network namespace; null when the process is gone. */
export async function readNetworkNamespace(pid: number): Promise<string | null> {
  const link = await unlessGone(() => readlink(`/proc/${pid}/ns/net`));
  return link === null ? null : (/\[(\d+)\]/.exec(link)?.[1] ?? null);
}

/** Text of /proc/self/status. */
export function readOwnStatus(): Promise<string> {
  return readFile('/proc/self/status', 'utf8');
}

/** A page holds at least this; a reply that leaves so much of it free was the last. */
const surelyLast = 2048;

/**
 * Reads a table without asking for its end, which would cost the kernel a second walk: it fills a page with lines
 * of 150 bytes as long as it has any, so that a page with room for more is the last.
 */
async function readTable(path: string): Promise<string> {
  const file = await open(path);
  try {
    const chunks: Buffer[] = [];
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(16_384), 0, 16_384, null);
      chunks.push(buffer.subarray(0, bytesRead));
      if (bytesRead < surelyLast) return Buffer.concat(chunks).toString('latin1');
    }
  } finally {
    await file.close();
  }
}

/** ENOENT: no such process, or no IPv6. ESRCH and EINVAL: it died under our hands, or waits to be reaped. */
async function unlessGone(read: () => Promise<string>): Promise<string | null> {
  try {
    return await read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EINVAL') return null;
    throw error;
  }
}
