import { access, rm, rmdir } from 'node:fs/promises';
import { debianTools } from '../debian/root.ts';
import { hostEnvironment } from './command.ts';
import { labNamespaces, labPaths, sideFolders } from './layout.ts';
import { withLabLock } from './lock.ts';
import { findLabCgroups, findLabMounts, removeCgroup } from './mounts.ts';
import { deleteNamespaces, namespaceInode } from './namespaces.ts';
import type { LabOptions } from './options.ts';
import { findLabProcesses, killLabProcesses } from './processes.ts';
import { readLabRecord } from './record.ts';
import { createRunner } from './run.ts';

/**
 * Removes the lab: processes, mounts, cgroups, files, namespaces, in this order, since processes are found
 * by their namespace. Already gone is success. Answers what is left, by name: nothing, when all is well.
 */
export function labDown(options: LabOptions): Promise<readonly string[]> {
  return withLabLock('lab down', options.signal, () => remove(options));
}

async function remove(options: LabOptions): Promise<readonly string[]> {
  const record = await readLabRecord();
  const env = record === null ? {} : hostEnvironment(record, process.env);
  const run = createRunner(debianTools.exec, options.signal, env);
  options.onProgress('ending containers, Docker and everything else in the lab');
  await killLabProcesses();
  for (const path of await findLabMounts()) await run('umount', ['--no-mtab', '--lazy', path]);
  for (const path of await findLabCgroups()) await removeCgroup(path).catch(() => undefined); // told below
  options.onProgress('removing namespaces and files');
  await deleteNamespaces(run);
  for (const path of [labPaths.dataRoot, labPaths.run]) await rm(path, { recursive: true, force: true });
  // One that is not empty is in use by the machine's own Docker.
  for (const path of sideFolders) await rmdir(path).catch(() => undefined);
  return findLeftovers();
}

/** What of the lab is on the machine now. */
async function findLeftovers(): Promise<readonly string[]> {
  const processes = (await findLabProcesses()).map((pid) => `process ${pid}`);
  const mounts = (await findLabMounts()).map((path) => `mount ${path}`);
  const cgroups = (await findLabCgroups()).map((path) => `cgroup ${path}`);
  const namespaces = await filter(labNamespaces, async (name) => (await namespaceInode(name)) !== null);
  const files = await filter([labPaths.run, labPaths.dataRoot], exists);
  return [
    ...processes,
    ...mounts,
    ...cgroups,
    ...namespaces.map((name) => `namespace ${name}`),
    ...files.map((path) => `folder ${path}`),
  ];
}

async function filter(
  items: readonly string[],
  holds: (item: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const answers = await Promise.all(items.map(holds));
  return items.filter((_, index) => answers[index]);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
