import { mkdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { DecnetError } from '../errors.ts';
import type { ChildIdentity } from '../exec.ts';
import { startDaemon, waitUntil } from '../process/daemon.ts';
import { endGroup, isAlive } from '../process/execute.ts';
import { readProcessStat } from '../process/process-stat.ts';
import { hostEnvironment } from './command.ts';
import { enter } from './enter.ts';
import { cgroupParent, labPaths, namespaceOf } from './layout.ts';
import { namespaceInode } from './namespaces.ts';
import { notUp } from './not-up.ts';
import type { LabRecord } from './record.ts';

/** overlay2 cannot lie on an overlay, which is what a container's files usually are. */
export type StorageDriver = 'overlay2' | 'vfs';

/** Arguments of dockerd(8). The machine's /etc/docker/daemon.json counts for nothing here. */
export function dockerdArguments(storage: StorageDriver): readonly string[] {
  return [
    `--config-file=${labPaths.daemonConfig}`,
    `--host=unix://${labPaths.socket}`,
    '--group=root',
    `--data-root=${labPaths.dataRoot}`,
    `--exec-root=${labPaths.execRoot}`,
    `--pidfile=${labPaths.pidFile}`,
    `--storage-driver=${storage}`,
    '--exec-opt=native.cgroupdriver=cgroupfs',
    `--cgroup-parent=${cgroupParent()}`,
    '--iptables=false',
    '--ip6tables=false',
    '--userland-proxy=false',
  ];
}

/** Starts the lab's Docker Engine on the lab's host and waits until it answers. */
export async function startEngine(record: LabRecord, signal: AbortSignal): Promise<void> {
  const { host } = record.holders;
  if (host === null) throw notUp();
  await mkdir(labPaths.dataRoot, { recursive: true, mode: 0o711 });
  await writeFile(labPaths.daemonConfig, '{}\n');
  const args = [...enter(host), '--', 'dockerd', ...dockerdArguments(await storageDriver())];
  const env = hostEnvironment(record, process.env);
  const daemon = await startDaemon('nsenter', args, { log: labPaths.log, env });
  let died = false;
  const answers = async (): Promise<boolean> => {
    died = !(await isAlive(daemon));
    return died || (await enginePing());
  };
  const settled = await waitUntil(answers, 60_000, signal);
  if (settled && !died) return;
  throw new DecnetError(`dockerd ${died ? 'ended' : 'did not answer'}: ${await lastLogLine()}`, {
    code: 'LAB_ENGINE_FAILED',
    hint: `Read ${labPaths.log}, then run \`decnet lab down\` and \`decnet lab up\`.`,
  });
}

/** TERM, as an init system would: containers are stopped; KILL after 30 s. One that is gone is success. */
export async function stopEngine(signal: AbortSignal): Promise<void> {
  // containerd ends with dockerd; were it left over from a killed one, the next would wait for it in vain.
  for (const pidFile of [labPaths.pidFile, labPaths.containerdPidFile]) {
    await stopDaemon(pidFile, signal);
    // The number may be a zombie's still, which dockerd takes for a running process.
    await rm(pidFile, { force: true });
  }
}

async function stopDaemon(pidFile: string, signal: AbortSignal): Promise<void> {
  const daemon = await findDaemon(pidFile);
  if (daemon === null) return;
  await endGroup(daemon, 'SIGTERM');
  const isGone = async (): Promise<boolean> => !(await isAlive(daemon));
  if (await waitUntil(isGone, 30_000, signal)) return;
  await endGroup(daemon, 'SIGKILL');
  await waitUntil(isGone, 5_000, signal);
}

/** The running dockerd of the lab. */
export async function findEngine(): Promise<ChildIdentity | null> {
  return findDaemon(labPaths.pidFile);
}

/** The containerd that the lab's dockerd has started. */
export async function findContainerd(): Promise<ChildIdentity | null> {
  return findDaemon(labPaths.containerdPidFile);
}

/** By its pid file, and by the namespace it runs in. */
async function findDaemon(pidFile: string): Promise<ChildIdentity | null> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => '0'));
  const found = pid > 0 ? await readProcessStat(pid) : null;
  if (found === null) return null;
  const namespace = await stat(`/proc/${pid}/ns/net`).catch(() => null);
  if (namespace === null || namespace.ino !== (await namespaceInode(namespaceOf('host')))) return null;
  return { pid, startTime: found.startTime };
}

/** Whether an engine answers on the lab's socket. */
export async function enginePing(): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath: labPaths.socket, path: '/_ping', timeout: 2_000 }, (reply) => {
      reply.resume();
      resolve(reply.statusCode === 200);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

async function storageDriver(): Promise<StorageDriver> {
  const overlayMagic = 0x794c7630; // statfs(2)
  return (await statfs(labPaths.dataRoot)).type === overlayMagic ? 'vfs' : 'overlay2';
}

async function lastLogLine(): Promise<string> {
  const log = await readFile(labPaths.log, 'utf8').catch(() => '');
  return log.trim().split('\n').at(-1) ?? '';
}
