import { appendFile, copyFile, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../errors.ts';
import { labels } from '../fleet/names.ts';
import { findContainerd, findEngine, startEngine, stopEngine } from '../lab/dockerd.ts';
import { notUp } from '../lab/not-up.ts';
import { readLabRecord } from '../lab/record.ts';
import { foreignLink } from './foreign.ts';
import { askLab, runOnLab } from './on-lab.ts';
import { deployment, type Site } from './site.ts';

/** How a fault is brought about while the command is stopped, and what its end is. */
export interface Fault {
  readonly cause: (site: Site) => Promise<void>;
  /** What a user does about it, once the command has ended; null where there is nothing to mend. */
  readonly mend: ((site: Site) => Promise<void>) | null;
  /** The command is killed with it: it would write over what was done. */
  readonly kills: boolean;
  /** Docker starts containers again with it, those of others too. */
  readonly restartsContainers: boolean;
}

/** What can happen to the world from outside. */
export const faults = {
  'dockerd-killed': {
    cause: async () => {
      await killEngine();
      await bringEngineBack();
    },
    mend: null,
    kills: false,
    restartsContainers: true,
  },
  'dockerd-away': { cause: killEngine, mend: bringEngineBack, kills: false, restartsContainers: true },
  'network-removed': passing(removeNetworks),
  'link-deleted': passing(deleteLinks),
  'base-killed': passing(() => killContainers(`${labels.service}=base`)),
  'service-killed': passing(() => killContainers(`${labels.service}=redis`)),
  'state-disk-full': {
    cause: ({ folder }) => fill(join(folder, filler)),
    mend: ({ folder }) => rm(join(folder, filler)),
    kills: false,
    restartsContainers: false,
  },
  'state-truncated': deadly(async ({ stateFile }) => {
    const { length } = await readFile(stateFile);
    await truncate(stateFile, Math.floor(length / 2));
  }),
  'state-emptied': deadly(({ stateFile }) => truncate(stateFile)),
  'state-older': deadly(({ stateFile }) => copyFile(`${stateFile}.backup`, stateFile)),
  'state-read-only': {
    cause: async ({ folder }) => {
      // Over the folder, since root may write what it may only read, and an open file bars a remount.
      await askLab('host', 'mount', '--bind', folder, folder);
      await askLab('host', 'mount', '-o', 'remount,bind,ro', folder);
    },
    mend: async ({ folder }) => {
      await askLab('host', 'umount', folder);
    },
    kills: false,
    restartsContainers: false,
  },
} as const satisfies Readonly<Record<string, Fault>>;

const filler = 'somebody-elses.log';

function passing(cause: () => Promise<void>): Fault {
  return { cause, mend: null, kills: false, restartsContainers: false };
}

/** There may be no state file, or no backup, yet: then the kill alone is what happens. */
function deadly(cause: (site: Site) => Promise<void>): Fault {
  const causeIfThere = (site: Site): Promise<void> =>
    cause(site).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
  return { cause: causeIfThere, mend: null, kills: true, restartsContainers: false };
}

/** Every macvlan network of this host: foreign ones are of other kinds. */
export async function removeNetworks(): Promise<void> {
  const names = await askLab('host', 'docker', 'network', 'ls', '--filter', 'driver=macvlan', '--quiet');
  for (const name of linesOf(names)) await runOnLab('host', 'docker', 'network', 'rm', '--force', name);
}

/** The host link, and a trial of preflight's. */
export async function deleteLinks(): Promise<void> {
  const links = await askLab('host', 'ip', '-o', 'link', 'show', 'type', 'macvlan');
  for (const line of linesOf(links)) {
    const name = /^\d+: (dnp?-[^@]+)@/.exec(line)?.[1];
    if (name !== undefined && name !== foreignLink) await runOnLab('host', 'ip', 'link', 'delete', name);
  }
}

async function killContainers(label: string): Promise<void> {
  const filters = ['--filter', `label=${labels.deployment}=${deployment}`, '--filter', `label=${label}`];
  const [first] = linesOf(await askLab('host', 'docker', 'ps', ...filters, '--quiet'));
  if (first !== undefined) await runOnLab('host', 'docker', 'kill', first);
}

async function fill(path: string): Promise<void> {
  for (const size of [65_536, 4_096]) {
    const piece = Buffer.alloc(size);
    while (await fits(() => appendFile(path, piece)));
  }
}

async function fits(write: () => Promise<void>): Promise<boolean> {
  return write().then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'ENOSPC')) return false;
      throw error;
    },
  );
}

/** As by a crash: dockerd and its containerd are gone at once, and the containers go on without them. */
export async function killEngine(): Promise<void> {
  for (const daemon of [await findEngine(), await findContainerd()]) {
    if (daemon !== null) process.kill(daemon.pid, 'SIGKILL');
  }
  await stopEngine(never);
}

/** Starts Docker as its unit would, and waits until it answers. */
export async function bringEngineBack(): Promise<void> {
  const record = await readLabRecord();
  if (record === null) throw notUp();
  await startEngine(record, never);
}

/** A fleet as somebody's hands, or a bad night, left it: no host link, and a base that does not run. */
export async function breakFleet(): Promise<void> {
  await deleteLinks();
  await killContainers(`${labels.service}=base`);
}

const never = new AbortController().signal;

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
