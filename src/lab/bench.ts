import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { interruptible } from '../commands/interruptible.ts';
import { DecnetError, toDecnetError } from '../errors.ts';
import { networkName } from '../fleet/names.ts';
import { table } from '../text/table.ts';
import { labCommand } from './command.ts';
import { labDown } from './down.ts';
import { labNetwork, labPaths } from './layout.ts';
import { readLabRecord } from './record.ts';
import { labUp } from './up.ts';

/*
 * `npm run bench`: what decnet costs beside raw `docker compose` with the same file, on the lab, in one run.
 * Figures are of this machine at this moment; the ratios are what to look at.
 */

const sizes = process.argv.slice(2).map(Number);
const folder = join(labPaths.run, 'bench');
const fleetFile = join(folder, 'fleet.yaml');
const composeFile = join(folder, 'raw-compose.yml');
const network = networkName(labNetwork.interface);

/** Milliseconds. */
const settlingTime = 10_000;

interface Measured {
  readonly seconds: number;
  /** Peak resident memory of the process itself, without its children, megabytes. */
  readonly megabytes: number;
}

async function bench(signal: AbortSignal): Promise<void> {
  const options = { signal, onProgress: (line: string) => console.error(line) };
  const outcome = await labUp(options);
  try {
    await mkdir(folder, { recursive: true });
    const { seconds } = await measure(['decnet', '--version']);
    const rows: string[][] = [];
    for (const size of sizes.length > 0 ? sizes : [10, 50, 100]) {
      signal.throwIfAborted();
      rows.push(await benchSize(size));
    }
    const { seconds: again } = await measure(['decnet', '--version']);
    console.log(`\n${table(headers, rows)}\n`);
    console.log(`decnet --version: ${format(seconds)} s, ${format(again)} s`);
  } finally {
    if (outcome === 'raised') await labDown({ ...options, signal: new AbortController().signal });
  }
}

const headers = [
  'deckies',
  'containers',
  'deploy',
  'raw up',
  'ratio',
  'nothing to do',
  'status',
  'teardown',
  'raw down',
  'ratio',
  'peak MB',
];

async function benchSize(size: number): Promise<string[]> {
  console.error(`${size} deckies`);
  await writeFile(fleetFile, fleetOf(size));
  // The first deploy builds what is missing, so that the measured one and the raw one find the images there.
  await measure(['decnet', 'deploy', fleetFile]);
  await copyFile(join(folder, '.decnet/decnet-compose.yml'), composeFile);
  await teardown();

  const deploy = await measure(['decnet', 'deploy', fleetFile]);
  // The servers go on warming up for a while after their ports listen: what follows is about a fleet at rest.
  await sleep(settlingTime);
  const nothing = await measure(['decnet', 'deploy', fleetFile]);
  const status = await measure(['decnet', 'status', '--state', join(folder, 'decnet-state.json')]);
  const down = await teardown();
  const raw = await benchRaw();
  const megabytes = Math.max(deploy.megabytes, nothing.megabytes, status.megabytes, down.megabytes);
  return [
    String(size),
    String(size * 3),
    format(deploy.seconds),
    format(raw.up.seconds),
    format(deploy.seconds / raw.up.seconds),
    format(nothing.seconds),
    format(status.seconds),
    format(down.seconds),
    format(raw.down.seconds),
    format(down.seconds / raw.down.seconds),
    megabytes.toFixed(0),
  ];
}

async function benchRaw(): Promise<{ up: Measured; down: Measured }> {
  const { subnet, gateway, interface: parent } = labNetwork;
  const place = ['--subnet', subnet, '--gateway', gateway, '-o', `parent=${parent}`];
  await measure(['docker', 'network', 'create', '-d', 'macvlan', ...place, network]);
  const compose = ['docker', 'compose', '-p', 'decnet-bench', '-f', composeFile];
  const up = await measure([...compose, 'up', '-d']);
  const down = await measure([...compose, 'down']);
  await measure(['docker', 'network', 'rm', network]);
  return { up, down };
}

function teardown(): Promise<Measured> {
  return measure(['decnet', 'teardown', '--state', join(folder, 'decnet-state.json')]);
}

function fleetOf(size: number): string {
  return `name: bench
network:
  interface: ${labNetwork.interface}
  range: 198.51.100.0/25
deckies:
  - archetype: linux-server
    services: [ssh, http]
    count: ${size}
`;
}

/** Runs a command on the lab's host, quietly; a failure shows what it printed. */
async function measure(argv: readonly string[]): Promise<Measured> {
  const record = await readLabRecord();
  if (record === null) throw new Error('The lab has no record');
  const { file, args, env } = labCommand(record, 'host', argv, process.env);
  const startedAt = performance.now();
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed = (printed + chunk).slice(-4_000);
    });
  }
  let megabytes = 0;
  const watching = setInterval(
    () => void peakOf(child.pid).then((peak) => (megabytes = peak ?? megabytes)),
    50,
  );
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watching);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (exitCode === 0) return { seconds, megabytes };
  throw new DecnetError(`${argv.join(' ')} ended with ${exitCode}:\n${printed}`, { code: 'BENCH_FAILED' });
}

// nsenter(1) becomes the program it starts, so that the pid is the program's own. VmHWM: proc_pid_status(5).
async function peakOf(pid: number | undefined): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
}

function format(value: number): string {
  return value.toFixed(2);
}

try {
  await interruptible(bench);
} catch (error) {
  console.error(toDecnetError(error).message);
  process.exitCode = toDecnetError(error).exitCode;
}
