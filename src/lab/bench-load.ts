import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labels } from '../fleet/names.ts';
import { writeAtomically } from '../state/atomic-write.ts';
import { labNetwork } from './layout.ts';
import { runOnHost } from './measured.ts';

export interface Load {
  /** Events a second, of all containers together. */
  readonly rate: number;
  readonly seconds: number;
  readonly containers: number;
}

const name = 'bench-collect';
const mark = 'decnet.bench';

const fleet = `name: ${name}
network: { interface: ${labNetwork.interface}, range: 198.51.100.64/27 }
deckies: [{ name: load-0, archetype: linux-server, services: [http] }]
`;

/** Logs as a service does, by the helper of all services, spread over the time; begins when it is told the moment. */
const script = `
import os, sys, time
sys.path.insert(0, '/usr/lib/decnet')
from decnet_logging import Logger
decky, rate, count = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
while not os.path.exists('/told/start'):
    time.sleep(0.2)
start = float(open('/told/start').read())
log = Logger(decky=decky, service='load', hostname=decky)
for n in range(count):
    wait = start + n / rate - time.time()
    if wait > 0:
        time.sleep(wait)
    log.event('auth', src_ip='198.51.100.200', src_port=40000 + n % 20000, dst_port=22, session='%016x' % n,
              method='password', username='root', password='try-%d' % n, accepted=False)
`;

/** A deployment for the collector to follow, and the runtime image for the load. Answers the image. */
export async function loadSite(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'fleet.yaml'), fleet);
  await runOnHost('decnet', 'deploy', join(folder, 'fleet.yaml'));
  const images = await runOnHost('docker', 'images', '--quiet', '--filter', `label=${labels.image}=runtime`);
  return images.split('\n')[0] ?? '';
}

/** Starts the containers; they log nothing before `beginLoad`. */
export async function startLoad(image: string, load: Load, folder: string): Promise<void> {
  await rm(join(folder, 'told'), { recursive: true, force: true });
  await mkdir(join(folder, 'told'));
  const rate = load.rate / load.containers;
  const count = Math.round(rate * load.seconds);
  for (let number = 1; number <= load.containers; number += 1) {
    const decky = `load-${number}`;
    const marks = [
      [labels.deployment, name],
      [labels.decky, decky],
      [labels.service, 'load'],
      [mark, 'load'],
    ];
    await runOnHost(
      ...['docker', 'run', '--detach', '--network', 'none', '--entrypoint', 'python3'],
      // As the deckies' own: see compose/containers.ts.
      ...['--log-driver', 'json-file', '--log-opt', 'max-size=10m', '--log-opt', 'max-file=2'],
      ...marks.flatMap(([key, value]) => ['--label', `${key}=${value}`]),
      ...['--volume', `${join(folder, 'told')}:/told:ro`],
      ...[image, '-c', script, decky, String(rate), String(count)],
    );
  }
}

/** Has the containers begin at a moment, milliseconds since the epoch. */
export async function beginLoad(folder: string, at: number): Promise<void> {
  await writeAtomically(join(folder, 'told/start'), String(at / 1_000), 0o644);
}

/** Removes the containers, and with a folder the deployment in it. */
export async function removeLoad(folder: string | null): Promise<void> {
  const listed = await runOnHost('docker', 'ps', '--all', '--quiet', '--filter', `label=${mark}`);
  const ids = listed.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await runOnHost('docker', 'rm', '--force', ...ids);
  if (folder === null) return;
  await runOnHost('decnet', 'teardown', '--state', join(folder, 'decnet-state.json'));
  await rm(folder, { recursive: true, force: true });
}
