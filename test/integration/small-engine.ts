import { appendFile, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerdArguments } from '../../src/lab/dockerd.ts';
import { enter } from '../../src/lab/enter.ts';
import { labPaths } from '../../src/lab/layout.ts';
import { eventually, labRecord, type Started, start, succeed } from './on-lab.ts';

/** A second Docker Engine on the lab's host, which shares docker0 with the first, and whose data lies on a small file system that can be filled. */
export interface SmallEngine {
  /** For whoever is to use it. */
  readonly env: Readonly<Record<string, string>>;
  /** Leaves no byte for anybody. */
  fill(): Promise<void>;
  makeRoom(): Promise<void>;
  stop(): Promise<void>;
}

/** Enough for preflight, which wants 1 GB free, and for the images; in memory as far as it is used. */
const size = '1600m';

export async function startSmallEngine(): Promise<SmallEngine> {
  const { holders } = await labRecord();
  if (holders.host === null) throw new Error('The lab is not up');
  // Docker's mounts are those of the lab's host, which need not show here.
  const onHost = ['nsenter', ...enter(holders.host), '--'];
  const folder = join(labPaths.run, 'small');
  const socket = join(folder, 'docker.sock');
  const data = join(folder, 'data');
  const seenFromHere = join(`/proc/${holders.host.pid}/root`, data);
  const filler = join(seenFromHere, 'somebody-elses.log');
  await mkdir(data, { recursive: true });
  const mount = ['mount', '-n', '-t', 'tmpfs', '-o', `size=${size},mode=711`, 'decnet-small', data];
  await succeed('host', ...onHost, ...mount);
  const own: Readonly<Record<string, string>> = {
    '--config-file': join(folder, 'daemon.json'),
    '--host': `unix://${socket}`,
    '--data-root': data,
    '--exec-root': join(folder, 'exec'),
    '--pidfile': join(folder, 'dockerd.pid'),
  };
  await writeFile(join(folder, 'daemon.json'), '{}\n');
  const given = dockerdArguments('overlay2').filter((word) => !((word.split('=')[0] ?? '') in own));
  const args = Object.entries(own).map(([name, value]) => `${name}=${value}`);
  const daemon: Started = await start('host', [...onHost, 'dockerd', ...given, ...args]);
  const env = { DOCKER_HOST: `unix://${socket}` };
  await eventually('the small engine answers', async () => {
    if (!daemon.isRunning()) throw new Error(`dockerd ended: ${daemon.printed().slice(-2_000)}`);
    return (await (await start('host', ['docker', 'info'], { env })).ended).exitCode === 0;
  });
  return {
    env,
    fill: async () => {
      const piece = Buffer.alloc(4 * 1024 * 1024);
      for (;;) {
        const { bavail, bsize } = await statfs(seenFromHere);
        if (bavail === 0) return;
        await appendFile(filler, piece.subarray(0, Math.min(piece.length, bavail * bsize)));
      }
    },
    makeRoom: () => rm(filler),
    stop: async () => {
      const pid = Number(await readFile(join(folder, 'dockerd.pid'), 'utf8'));
      process.kill(pid, 'SIGTERM');
      await daemon.ended;
      await succeed('host', ...onHost, 'umount', '--no-mtab', '--lazy', data);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
