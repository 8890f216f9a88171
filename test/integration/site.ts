import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { FleetInput } from '../../src/fleet/schema.ts';
import type { StatusReport } from '../../src/operations/status.ts';
import type { State } from '../../src/state/schema.ts';
import { type Ended, type Started, type StartOptions, start } from './on-lab.ts';

/** A folder with a fleet file, and the commands that belong to it. */
export interface Site {
  readonly folder: string;
  readonly fleetFile: string;
  readonly stateFile: string;
  /** Writes the fleet file anew. */
  write(fleet: FleetInput | string): Promise<void>;
  /** Starts `decnet ARGS` on the lab's host. `deploy`, `plan` and `validate` get the fleet file, the others its state. */
  start(args: readonly string[], options?: StartOptions): Promise<Started>;
  decnet(...args: readonly string[]): Promise<Ended>;
  /** Like `decnet`; rejects with what it printed when it did not end with 0. */
  succeed(...args: readonly string[]): Promise<Ended>;
  readState(): Promise<State>;
  /** What `decnet status --json` answers; its exit code must fit. */
  status(): Promise<StatusReport>;
  /** Takes down whatever stands, and removes the folder. */
  close(): Promise<void>;
}

const withFleet: readonly string[] = ['plan', 'deploy', 'validate'];

/** Opens a site. `cli`: a script to run instead of the checkout's, as of a copy of the package. */
export async function openSite(fleet: FleetInput | string, cli?: string): Promise<Site> {
  const name = typeof fleet === 'string' ? /^name: *(\S+)/m.exec(fleet)?.[1] : fleet.name;
  const folder = await mkdtemp(join(tmpdir(), 'decnet-site-'));
  const fleetFile = join(folder, 'fleet.yaml');
  const stateFile = join(folder, 'decnet-state.json');
  const program = cli === undefined ? ['decnet'] : ['node', cli];
  const running = new Set<Started>();
  const write = (content: FleetInput | string): Promise<void> =>
    writeFile(fleetFile, typeof content === 'string' ? content : stringify(content));
  await write(fleet);
  const site: Site = {
    folder,
    fleetFile,
    stateFile,
    write,
    start: async ([command = '', ...rest], options) => {
      const where = withFleet.includes(command) ? [fleetFile] : ['--state', stateFile];
      const started = await start('host', [...program, command, ...rest, ...where], options);
      running.add(started);
      return started;
    },
    decnet: async (...args) => (await site.start(args)).ended,
    succeed: async (...args) => {
      const ended = await site.decnet(...args);
      if (ended.exitCode === 0) return ended;
      throw new Error(
        `decnet ${args.join(' ')} ended with ${ended.exitCode}:\n${ended.stdout}${ended.stderr}`,
      );
    },
    readState: async () => JSON.parse(await readFile(stateFile, 'utf8')),
    status: async () => {
      const { exitCode, stdout, stderr } = await site.decnet('status', '--json');
      if (exitCode !== 0 && exitCode !== 7)
        throw new Error(`decnet status ended with ${exitCode}: ${stderr}`);
      const report: StatusReport = JSON.parse(stdout);
      if (report.healthy !== (exitCode === 0)) throw new Error(`${exitCode} for healthy: ${report.healthy}`);
      return report;
    },
    close: async () => {
      for (const { pid, isRunning } of running) if (isRunning()) process.kill(pid, 'SIGKILL');
      await Promise.allSettled([...running].map(({ ended }) => ended));
      // By name: the state file may be gone, or damaged.
      const { exitCode, stderr } = await site.decnet('teardown', '--name', name ?? 'decnet');
      if (exitCode !== 0) throw new Error(`Teardown of ${folder} ended with ${exitCode}: ${stderr}`);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return site;
}

/** What is not healthy, in words: nothing when all is. */
export function troublesOf(report: StatusReport): readonly string[] {
  return report.deckies.flatMap(({ decky, base, services }) => [
    ...(base === 'up' ? [] : [`${decky} ${base}`]),
    ...services
      .filter(({ health }) => health !== 'healthy')
      .map(({ service, health }) => `${decky} ${service} ${health}`),
  ]);
}
