import { readFile, stat } from 'node:fs/promises';
import { readProcessStat } from '../process/process-stat.ts';
import type { LockOwner } from './lock.ts';

/** Inode that identifies a namespace of this process: stat(2) on the link in /proc (namespaces(7)). */
export async function namespaceInode(kind: 'net' | 'pid'): Promise<string> {
  return String((await stat(`/proc/self/ns/${kind}`)).ino);
}

/** This process, as a lock names its owner. */
export async function thisProcess(): Promise<Omit<LockOwner, 'command'>> {
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const own = await readProcessStat(process.pid);
  return {
    pid: process.pid,
    startTime: own?.startTime ?? '',
    bootId,
    pidNamespace: await namespaceInode('pid'),
  };
}
