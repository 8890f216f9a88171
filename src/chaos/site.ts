import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { FleetInput } from '../fleet/schema.ts';
import { labNetwork, labPaths } from '../lab/layout.ts';
import { askLab, runOnLab } from './on-lab.ts';

/** The deployment that chaos is made with. */
export const deployment = 'chaos';

/** Where a decky answers when it is up. */
export interface Target {
  readonly ip: string;
  readonly port: number;
}

const boxes = [
  { name: 'box-01', ip: '198.51.100.70', service: 'redis', port: 6379 },
  { name: 'box-02', ip: '198.51.100.71', service: 'redis', port: 6379 },
  { name: 'box-03', ip: '198.51.100.72', service: 'redis', port: 6379 },
] as const;

export type BoxName = (typeof boxes)[number]['name'];

/** The fleet that rounds begin with, and the one that its file is edited to: one out, one in. */
export const fleets = {
  plain: ['box-01', 'box-02'],
  edited: ['box-01', 'box-03'],
} as const satisfies Readonly<Record<string, readonly BoxName[]>>;

export type FleetName = keyof typeof fleets;

/** Where the deckies of these names answer. */
export function targetsOf(names: readonly string[]): readonly Target[] {
  return boxes.filter(({ name }) => names.includes(name)).map(({ ip, port }) => ({ ip, port }));
}

/** Every container that deckies of these names have, as `decky/service`; a base counts as the service `base`. */
export function containersOf(names: readonly string[]): readonly string[] {
  return boxes
    .filter(({ name }) => names.includes(name))
    .flatMap(({ name, service }) => [`${name}/base`, `${name}/${service}`])
    .sort();
}

/** A folder with a fleet file, where the state file and everything generated comes to lie. */
export interface Site {
  readonly folder: string;
  readonly fleetFile: string;
  readonly stateFile: string;
}

/** On a small file system of its own, so that it can be full; below the lab's folder, so that it goes with it. */
export async function openSite(): Promise<Site> {
  const folder = join(labPaths.run, 'chaos');
  const site = {
    folder,
    fleetFile: join(folder, 'fleet.yaml'),
    stateFile: join(folder, 'decnet-state.json'),
  };
  await closeSite(site);
  await mkdir(folder);
  await askLab('host', 'mount', '-n', '-t', 'tmpfs', '-o', 'size=2m,mode=700', 'decnet-chaos', folder);
  await writeFleet(site, 'plain');
  return site;
}

/** Whatever is there of it, mounts over mounts too. */
export async function closeSite({ folder }: Site): Promise<void> {
  while ((await runOnLab('host', 'umount', '--no-mtab', folder)).exitCode === 0);
  await rm(folder, { recursive: true, force: true });
}

export async function writeFleet(site: Site, name: FleetName): Promise<void> {
  const names: readonly string[] = fleets[name];
  const fleet: FleetInput = {
    name: deployment,
    seed: 'chaos',
    network: { interface: labNetwork.interface, range: '198.51.100.64/27' },
    deckies: boxes
      .filter((box) => names.includes(box.name))
      .map((box) => ({ name: box.name, archetype: 'deaddeck', ip: box.ip, services: [box.service] })),
  };
  await writeFile(site.fleetFile, stringify(fleet));
}

/** Which deckies the fleet file names now. */
export async function fleetOnDisk(site: Site): Promise<readonly string[]> {
  const text = await readFile(site.fleetFile, 'utf8');
  return boxes.map(({ name }) => name).filter((name) => text.includes(`name: ${name}`));
}

/** As the hint for a damaged state file has it. */
export async function restoreBackup(site: Site): Promise<void> {
  await copyFile(`${site.stateFile}.backup`, site.stateFile);
}
