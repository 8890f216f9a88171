import { readFile } from 'node:fs/promises';
import { arch, cpus, release, totalmem } from 'node:os';
import type { Host } from '../host/host.ts';
import { checkThat, type Part } from './report.ts';

/** What runs here, and by which right. */
export async function softwarePart(
  host: Pick<Host, 'hasNetAdmin'>,
  version: string,
): Promise<Omit<Part, 'title'>> {
  const facts = [
    { name: 'decnet', value: version },
    { name: 'node', value: process.version },
    { name: 'kernel', value: `${release()} ${arch()}` },
    { name: 'distribution', value: (await readDistribution()) ?? 'not told' },
    { name: 'machine', value: `${cpus().length} CPUs, ${Math.round(totalmem() / 2 ** 20)} MB` },
  ];
  const checks = await checkThat('right to change the network (CAP_NET_ADMIN)', async () =>
    (await host.hasNetAdmin())
      ? []
      : [
          {
            what: 'this process may not change the network, and sees less',
            remedy: 'Deploy, and run this, as root, e.g. with sudo.',
          },
        ],
  );
  return { facts, checks };
}

async function readDistribution(): Promise<string | null> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? null;
}
