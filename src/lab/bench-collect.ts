import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { interruptible } from '../commands/interruptible.ts';
import { toDecnetError } from '../errors.ts';
import { table } from '../text/table.ts';
import { beginLoad, type Load, loadSite, removeLoad, startLoad } from './bench-load.ts';
import { findContainerd, findEngine } from './dockerd.ts';
import { labDown } from './down.ts';
import { labPaths } from './layout.ts';
import { cpuSeconds, startOnHost } from './measured.ts';
import { labUp } from './up.ts';

/** What is in the file. */
interface Seen {
  readonly lines: number;
  /** Without those that are there twice. */
  readonly events: number;
}

interface Played extends Seen {
  /** CPU seconds. */
  readonly docker: number;
  readonly collector: number;
  /** Peak memory of the collector. */
  readonly megabytes: number;
  /** Seconds from the last event to the file that has them all. */
  readonly lag: number;
}

/*
 * `npm run bench:collect [EVENTS-A-SECOND [SECONDS [CONTAINERS]]]`: what `decnet collect` costs, and whether it misses
 * anything. Containers of the runtime image log by the helper of all services; first with nobody who reads, then with
 * the collector: the difference is what reading costs Docker.
 */
const [rate = 5000, seconds = 30, containers = 50] = process.argv.slice(2).map(Number);
const load: Load = { rate, seconds, containers };
const folder = join(labPaths.run, 'bench-collect');
const log = join(folder, 'decnet-events.log');

async function bench(signal: AbortSignal): Promise<void> {
  const options = { signal, onProgress: (line: string) => console.error(line) };
  const outcome = await labUp(options);
  try {
    const image = await loadSite(folder);
    const alone = await play(image, false, signal);
    const read = await play(image, true, signal);
    const sent = perContainer() * containers;
    console.log(`\n${sent} events in ${seconds} s from ${containers} containers`);
    console.log(`collected ${read.events}, lost ${sent - read.events}, twice ${read.lines - read.events}\n`);
    console.log(
      table(
        ['CPU seconds', 'without', 'collecting'],
        [
          ['dockerd and containerd', alone.docker.toFixed(1), read.docker.toFixed(1)],
          ['decnet collect', '-', read.collector.toFixed(1)],
        ],
      ),
    );
    console.log(
      `\nall in the file ${read.lag.toFixed(1)} s after the last; peak ${read.megabytes.toFixed(0)} MB`,
    );
    if (read.events !== sent) process.exitCode = 1;
  } finally {
    await removeLoad(folder);
    if (outcome === 'raised') await labDown({ ...options, signal: new AbortController().signal });
  }
}

async function play(image: string, isCollecting: boolean, signal: AbortSignal): Promise<Played> {
  console.error(isCollecting ? 'with the collector' : 'with nobody who reads');
  await rm(log, { force: true });
  await rm(`${log}.position`, { force: true });
  await startLoad(image, load, folder);
  const collector = isCollecting
    ? await startOnHost([
        'decnet',
        'collect',
        '--state',
        join(folder, 'decnet-state.json'),
        '--max-size',
        '2g',
      ])
    : null;

  // Node, Docker and the containers' Python have settled by then.
  const startAt = Date.now() + 5_000;
  await beginLoad(folder, startAt);
  await sleep(startAt - Date.now(), undefined, { signal });
  const before = { docker: await dockerSeconds(), collector: (await usage(collector?.pid)).seconds };
  await sleep(seconds * 1_000, undefined, { signal });

  const endedAt = Date.now();
  const seen = await settled(isCollecting ? perContainer() * containers : 0, signal);
  const lag = (Date.now() - endedAt) / 1_000;
  const { seconds: used, megabytes } = await usage(collector?.pid);
  const docker = (await dockerSeconds()) - before.docker;
  if (collector !== null) {
    process.kill(collector.pid, 'SIGTERM');
    await collector.ended;
  }
  await removeLoad(null);
  return { docker, collector: used - before.collector, megabytes, lag, ...seen };
}

/** Waits until so many events are in the file, or until nothing comes any more. */
async function settled(expected: number, signal: AbortSignal): Promise<Seen> {
  let seen = await count();
  for (let quiet = 0; seen.events < expected && quiet < 10; ) {
    await sleep(500, undefined, { signal });
    const now = await count();
    quiet = now.lines === seen.lines ? quiet + 1 : 0;
    seen = now;
  }
  return seen;
}

async function count(): Promise<Seen> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const sent = [...text.matchAll(/ decky="(load-\d+)" service="load" .* password="try-(\d+)"/g)];
  return { lines: sent.length, events: new Set(sent.map(([, decky, number]) => `${decky} ${number}`)).size };
}

function perContainer(): number {
  return Math.round((rate * seconds) / containers);
}

async function dockerSeconds(): Promise<number> {
  const daemons = await Promise.all([findEngine(), findContainerd()]);
  const used = await Promise.all(daemons.map((daemon) => usage(daemon?.pid)));
  return used.reduce((sum, one) => sum + one.seconds, 0);
}

async function usage(pid: number | undefined): ReturnType<typeof cpuSeconds> {
  return pid === undefined ? { seconds: 0, megabytes: 0 } : cpuSeconds(pid);
}

try {
  await interruptible(bench);
} catch (error) {
  console.error(toDecnetError(error).message);
  process.exitCode = toDecnetError(error).exitCode;
}
