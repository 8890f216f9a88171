import { createHash } from 'node:crypto';
import { link, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { DecnetError, exitCodes, hasCode } from '../errors.ts';
import { readProcessStat } from '../process/process-stat.ts';

const ownerSchema = z.object({
  pid: z.int().positive(),
  startTime: z.string(),
  bootId: z.string(),
  /** Inode of the PID namespace that `pid` counts in (pid_namespaces(7)). */
  pidNamespace: z.string(),
  command: z.string(),
});

/** Who holds a lock. A pid alone is not enough: pids come again. */
export type LockOwner = Readonly<z.infer<typeof ownerSchema>>;

export interface LockOptions {
  /** What the owner is told to be doing, e.g. `deploy`. */
  readonly command: string;
  readonly self: LockOwner;
  /** Milliseconds to wait for another owner; 0 refuses at once. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

/** Frees the lock. */
export type Release = () => Promise<void>;

/**
 * Takes a lock file, made by link(2), which never replaces: whoever makes it first has it, whole.
 * A lock whose owner is provably dead on this host is broken. Rejects with `LOCKED` (exit code 6), or where it
 * cannot be made with `LOCK_DENIED` (exit code 3) or `NO_SUCH_FOLDER` (exit code 2).
 */
export async function acquireLock(path: string, options: LockOptions): Promise<Release> {
  const deadline = Date.now() + options.patience;
  for (;;) {
    if (await tryLock(path, options.self)) {
      await sweepCandidates(path);
      return () => releaseLock(path, options.self);
    }
    const owner = await readOwner(path);
    if (owner === null) continue;
    if (await isProvablyDead(owner, options.self)) await breakLock(path, owner);
    else if (Date.now() >= deadline) throw locked(path, owner);
    else await sleep(100, undefined, { signal: options.signal });
  }
}

/** Whether a live process holds the lock. Changes nothing: for `status` and `plan`. */
export async function lockHolder(path: string, self: LockOwner): Promise<LockOwner | null> {
  const owner = await readOwner(path);
  return owner === null || (await isProvablyDead(owner, self)) ? null : owner;
}

/** Who left the lock by dying. Changes nothing; null where it is held, or not there. */
export async function deadOwner(path: string, self: LockOwner): Promise<LockOwner | null> {
  const owner = await readOwner(path);
  return owner !== null && (await isProvablyDead(owner, self)) ? owner : null;
}

/**
 * Removes a lock whose owner is provably dead, and what a kill left of taking one: for a lock that a command may
 * find no reason to take. One that is held stays.
 */
export async function removeDeadLock(path: string, self: LockOwner): Promise<void> {
  const owner = await deadOwner(path, self);
  if (owner !== null) await breakLock(path, owner);
  await sweepCandidates(path);
}

async function tryLock(path: string, self: LockOwner): Promise<boolean> {
  const mine = `${path}.${self.pid}`;
  await writeFile(mine, JSON.stringify(self), { mode: 0o600 }).catch((error: unknown) =>
    throwDenied(path, error),
  );
  try {
    await link(mine, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(mine);
  }
}

// A process that was killed between writing its candidate and unlinking it leaves the candidate behind.
async function sweepCandidates(path: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (Number.isInteger(pid) && (await readProcessStat(pid)) === null) {
      await unlinkIfThere(join(dirname(path), name));
    }
  }
}

async function readOwner(path: string): Promise<LockOwner | null> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw new DecnetError(`The lock file ${path} is not one of decnet's: ${String(error)}`, {
      code: 'LOCK_DAMAGED',
      hint: `If no decnet runs, remove it: rm ${path}`,
      exitCode: exitCodes.locked,
      cause: error,
    });
  }
}

async function isProvablyDead(owner: LockOwner, self: LockOwner): Promise<boolean> {
  if (owner.bootId !== self.bootId) return true;
  if (owner.pidNamespace !== self.pidNamespace) return false;
  return (await readProcessStat(owner.pid))?.startTime !== owner.startTime;
}

// Two processes may find the same dead owner, and the slower must not take away the lock that the faster
// has made since. An abstract socket (unix(7)) decides who breaks: the kernel frees it when its holder dies.
async function breakLock(path: string, dead: LockOwner): Promise<void> {
  const breaker = await bindAbstract(`decnet-break-${createHash('sha256').update(path).digest('hex')}`);
  if (breaker === null) return void (await sleep(10));
  try {
    const owner = await readOwner(path);
    if (owner && isSame(owner, dead)) await unlinkIfThere(path);
  } finally {
    breaker.close();
  }
}

function bindAbstract(name: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (hasCode(error, 'EADDRINUSE') ? resolve(null) : reject(error)));
    server.listen(`\0${name}`, () => resolve(server));
  });
}

async function releaseLock(path: string, self: LockOwner): Promise<void> {
  const owner = await readOwner(path);
  if (owner && isSame(owner, self)) await unlinkIfThere(path);
}

async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
}

function isSame(one: LockOwner, other: LockOwner): boolean {
  return one.pid === other.pid && one.startTime === other.startTime && one.bootId === other.bootId;
}

function throwDenied(path: string, error: unknown): never {
  if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].some((code) => hasCode(error, code)))
    throw noFolder(path, error);
  if (['ENOSPC', 'EDQUOT'].some((code) => hasCode(error, code))) throw noRoom(path, error);
  if (!['EACCES', 'EPERM', 'EROFS'].some((code) => hasCode(error, code))) throw error;
  throw new DecnetError(`Cannot make the lock file ${path}: ${String(error)}`, {
    code: 'LOCK_DENIED',
    hint: 'Nothing was changed. Run decnet as root, e.g. with sudo, and where its folder can be written.',
    exitCode: exitCodes.refused,
    cause: error,
  });
}

function noRoom(path: string, cause: unknown): DecnetError {
  return new DecnetError(`No room for the lock file ${path}: ${String(cause)}`, {
    code: 'LOCK_DENIED',
    hint: 'Nothing was changed. Make room on that file system, then run the command again.',
    exitCode: exitCodes.refused,
    cause,
  });
}

function noFolder(path: string, cause: unknown): DecnetError {
  return new DecnetError(`There is no folder ${dirname(path)}`, {
    code: 'NO_SUCH_FOLDER',
    hint: 'Make it first, or name the state file of your deployment with --state.',
    exitCode: exitCodes.usage,
    cause,
  });
}

function locked(path: string, owner: LockOwner): DecnetError {
  return new DecnetError(`decnet ${owner.command} (pid ${owner.pid}) holds the lock ${path}`, {
    code: 'LOCKED',
    hint: 'Wait for it to end, or end it with Ctrl-C; it saves its state. Then run the command again.',
    exitCode: exitCodes.locked,
  });
}
