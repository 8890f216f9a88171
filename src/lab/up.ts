import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../debian/cache.ts';
import { readDebianMachine } from '../debian/machine.ts';
import { debianTools } from '../debian/root.ts';
import { createDebianRoots } from '../docker/debian-root.ts';
import { packageRoot, templatesFolder } from '../package-root.ts';
import { hostEnvironment } from './command.ts';
import { enginePing, findEngine, startEngine, stopEngine } from './dockerd.ts';
import { ensureEngine } from './engine.ts';
import { isHolding, startHolder } from './holder.ts';
import { labPaths, labRoles } from './layout.ts';
import { withLabLock } from './lock.ts';
import { ensureNamespaces } from './namespaces.ts';
import type { LabOptions } from './options.ts';
import type { LabRecord } from './record.ts';
import { readLabRecord, writeLabRecord } from './record.ts';
import { createRunner } from './run.ts';
import { ensureToolbox } from './toolbox.ts';

export interface LabUpOptions extends LabOptions {
  /** The script that `decnet` runs on the lab's host; default: the built one. */
  readonly cli?: string;
}

/** Raises the lab, or what is missing of it. Each piece is looked for, then made: an `up` that was killed goes on. */
export function labUp(options: LabUpOptions): Promise<'raised' | 'was-up'> {
  return withLabLock('lab up', options.signal, () => raise(options));
}

async function raise(options: LabUpOptions): Promise<'raised' | 'was-up'> {
  if (await isLabUp()) return 'was-up';
  const { signal, onProgress } = options;
  const prepared = await prepare(options);
  const run = createRunner(debianTools.exec, signal, hostEnvironment(prepared, process.env));
  onProgress('connecting host, attacker and neighbour to a switch');
  await ensureNamespaces(run);
  let record = prepared;
  for (const role of labRoles) {
    if (await isHolding(role, record.holders[role])) continue;
    const holder = await startHolder(run, role, record.toolbox, signal);
    record = { ...record, holders: { ...record.holders, [role]: holder } };
    await writeLabRecord(record);
  }
  onProgress('starting Docker');
  if ((await findEngine()) === null || !(await enginePing())) {
    await stopEngine(signal);
    await startEngine(record, signal);
  }
  return 'raised';
}

/** Whether all of the lab answers; what it was made of is in its record. */
export async function isLabUp(): Promise<boolean> {
  const record = await readLabRecord();
  if (record === null) return false;
  const holding = labRoles.map((role) => isHolding(role, record.holders[role]));
  if ((await Promise.all(holding)).includes(false)) return false;
  return (await findEngine()) !== null && (await enginePing());
}

/** Programs and files, and the record that names them. */
async function prepare(options: LabUpOptions): Promise<LabRecord> {
  const cache = cacheFolder(process.env);
  const machine = await readDebianMachine(debianTools.exec, options.signal);
  // Both at once: one waits for the mirror while the other unpacks. Neither goes on after the other failed.
  const making = {
    engine: ensureEngine(debianTools, machine, cache, options),
    toolbox: ensureToolbox(debianTools, machine, cache, options),
    // The lab's host has no way to a registry or a mirror: what services run on is made out here.
    runtime: createDebianRoots(debianTools.exec).debianRoot(join(templatesFolder(), 'runtime/packages.txt'), {
      signal: options.signal,
      onLine: (line) => options.onProgress(line, true),
      onSpawn: async () => {},
    }),
  };
  await Promise.allSettled(Object.values(making));
  const engine = await making.engine;
  const toolbox = await making.toolbox;
  await making.runtime;
  await mkdir(labPaths.run, { recursive: true, mode: 0o711 });
  await writeClientFiles(engine.plugins, options.cli ?? join(packageRoot(), 'dist/src/cli.js'));
  const holders = (await readLabRecord())?.holders ?? { host: null, attacker: null, neighbour: null };
  const record = { engine, toolbox, holders };
  await writeLabRecord(record);
  return record;
}

/** `decnet` for the lab's PATH, and a configuration of Docker's client that is not the user's. */
async function writeClientFiles(plugins: readonly string[], cli: string): Promise<void> {
  await mkdir(labPaths.bin, { recursive: true });
  await mkdir(labPaths.clientConfig, { recursive: true });
  const wrapper = join(labPaths.bin, 'decnet');
  await writeFile(wrapper, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(cli)} "$@"\n`);
  await chmod(wrapper, 0o755);
  const cliPluginsExtraDirs = [...plugins, join(homedir(), '.docker/cli-plugins')];
  await writeFile(join(labPaths.clientConfig, 'config.json'), JSON.stringify({ cliPluginsExtraDirs }));
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
