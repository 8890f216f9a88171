import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { HostIdentity } from './host.ts';

/** Who this host is. Where no machine id was ever made (some containers), the host's name stands in for it. */
export async function readIdentity(): Promise<HostIdentity> {
  const name = hostname();
  const machineId =
    (await readTrimmed('/etc/machine-id')) ??
    (await readTrimmed('/var/lib/dbus/machine-id')) ??
    createHash('sha256').update(`decnet:${name}`).digest('hex').slice(0, 32);
  return { hostname: name, machineId, bootId: (await readTrimmed('/proc/sys/kernel/random/boot_id')) ?? '' };
}

async function readTrimmed(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim() || null;
  } catch {
    return null;
  }
}
