import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { namespaceOf, namespacePath } from '../lab/layout.ts';
import { listPids } from '../process/process-stat.ts';
import { askLab, runOnLab } from './on-lab.ts';
import type { Site, Target } from './site.ts';
import { readRecord, type StateRecord } from './state-record.ts';

const containerSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullable() }),
  HostConfig: z.object({ NetworkMode: z.string() }),
  State: z.object({ Status: z.string(), StartedAt: z.string(), Pid: z.int() }),
  NetworkSettings: z.object({
    Networks: z.record(
      z.string(),
      z.object({ IPAddress: z.string(), MacAddress: z.string(), NetworkID: z.string() }),
    ),
  }),
});

const networkSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  Driver: z.string(),
  Options: z.record(z.string(), z.string()).nullable(),
});

const linkSchema = z.object({
  ifname: z.string(),
  link: z.string().optional(),
  flags: z.array(z.string()),
  linkinfo: z.object({ info_kind: z.string().optional() }).optional(),
});

const routeSchema = z.object({ dst: z.string(), dev: z.string() });

export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: string;
  readonly startedAt: string;
  readonly networkMode: string;
  /** Of its first process; null when it does not run. */
  readonly namespace: string | null;
  readonly networks: readonly { readonly id: string; readonly ip: string; readonly mac: string }[];
}

/** All of the lab's host that decnet could change, by asking Docker, the kernel and the disk. */
export interface Seen {
  readonly containers: readonly SeenContainer[];
  /** Id → what it is. */
  readonly networks: ReadonlyMap<string, { readonly driver: string; readonly parent: string | null }>;
  /** Name → what it is. */
  readonly links: ReadonlyMap<
    string,
    { readonly kind: string | null; readonly parent: string | null; readonly up: boolean }
  >;
  /** Destination and link. */
  readonly routes: readonly string[];
  /** Beside the state file; folders end with a slash. */
  readonly files: readonly string[];
  /** Of decnet in /run. */
  readonly runFiles: readonly string[];
  /** Processes on the lab's host that are neither Docker's nor of before, in words. */
  readonly strays: readonly string[];
  readonly record: StateRecord | null | 'damaged';
}

export async function see(site: Site): Promise<Seen> {
  // Before anything is asked: what asks would be among them.
  const strays = await settledStrays();
  const [containers, networks, links, routes, files, runFiles, record] = await Promise.all([
    seeContainers(),
    seeNetworks(),
    seeLinks(),
    seeRoutes(),
    readdir(site.folder, { withFileTypes: true }),
    readdir('/run'),
    readRecord(site.stateFile),
  ]);
  return {
    containers,
    networks,
    links,
    routes,
    files: files.map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`).sort(),
    runFiles: runFiles.filter((name) => name.startsWith('decnet')).sort(),
    strays,
    record,
  };
}

/** The targets that do not take a TCP connection from the attacker's place. */
export async function silentTargets(targets: readonly Target[]): Promise<readonly string[]> {
  const answers = targets.map(async ({ ip, port }) => {
    const { exitCode } = await runOnLab('attacker', 'nc', '-n', '-z', '-w', '3', ip, String(port));
    return exitCode === 0 ? [] : [`${ip}:${port}`];
  });
  return (await Promise.all(answers)).flat();
}

async function seeContainers(): Promise<readonly SeenContainer[]> {
  const ids = wordsOf(await askLab('host', 'docker', 'ps', '--all', '--quiet', '--no-trunc'));
  if (ids.length === 0) return [];
  const inspected = z
    .array(containerSchema)
    .parse(JSON.parse(await askLab('host', 'docker', 'inspect', ...ids)));
  return Promise.all(
    inspected.map(async (one) => ({
      id: one.Id,
      name: one.Name.slice(1),
      labels: one.Config.Labels ?? {},
      status: one.State.Status,
      startedAt: one.State.StartedAt,
      networkMode: one.HostConfig.NetworkMode,
      namespace:
        one.State.Pid === 0 ? null : await readlink(`/proc/${one.State.Pid}/ns/net`).catch(() => null),
      networks: Object.values(one.NetworkSettings.Networks).map((network) => ({
        id: network.NetworkID,
        ip: network.IPAddress,
        mac: network.MacAddress,
      })),
    })),
  );
}

async function seeNetworks(): Promise<Seen['networks']> {
  const ids = wordsOf(await askLab('host', 'docker', 'network', 'ls', '--quiet', '--no-trunc'));
  const text = await askLab('host', 'docker', 'network', 'inspect', ...ids);
  const networks = z.array(networkSchema).parse(JSON.parse(text));
  return new Map(
    networks
      .filter(({ Name }) => !dockersOwn.includes(Name))
      .map(({ Id, Driver, Options }) => [Id, { driver: Driver, parent: Options?.parent ?? null }]),
  );
}

/** Made by Docker at its start: `bridge` gets another id each time. */
const dockersOwn: readonly string[] = ['bridge', 'host', 'none'];
const dockersBridge = 'docker0';

async function seeLinks(): Promise<Seen['links']> {
  const text = await askLab('host', 'ip', '-json', '-details', 'link', 'show');
  return new Map(
    z
      .array(linkSchema)
      .parse(JSON.parse(text))
      // The cables of containers on bridges come and go with them, and Docker's own bridge with Docker.
      .filter(({ ifname }) => !ifname.startsWith('veth') && ifname !== dockersBridge)
      .map(({ ifname, link, flags, linkinfo }) => [
        ifname,
        { kind: linkinfo?.info_kind ?? null, parent: link ?? null, up: flags.includes('UP') },
      ]),
  );
}

async function seeRoutes(): Promise<readonly string[]> {
  const text = await askLab('host', 'ip', '-json', '-4', 'route', 'show');
  const routes = z.array(routeSchema).parse(JSON.parse(text));
  return routes
    .filter(({ dev }) => dev !== dockersBridge)
    .map(({ dst, dev }) => `${dst} on ${dev}`)
    .sort();
}

const engine: readonly string[] = ['dockerd', 'containerd', 'containerd-shim', 'sleep'];

/** A program that only looked may end a moment after the command that started it was killed. */
async function settledStrays(): Promise<readonly string[]> {
  const deadline = Date.now() + 3_000;
  for (;;) {
    const strays = await seeStrays();
    if (strays.length === 0 || Date.now() > deadline) return strays;
    await sleep(50);
  }
}

/** Containers have network namespaces of their own; who is in the host's is Docker, the lab's sleeper, or left over. */
async function seeStrays(): Promise<readonly string[]> {
  const { ino } = await stat(namespacePath(namespaceOf('host')));
  const found = (await listPids()).map(async (pid) => {
    const namespace = await stat(`/proc/${pid}/ns/net`).catch(() => null);
    if (namespace?.ino !== ino) return [];
    const program = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
    return program === '' || engine.includes(program) ? [] : [`${program} (pid ${pid})`];
  });
  return (await Promise.all(found)).flat();
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
