import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecnetError } from '../../errors.ts';
import type { Exec } from '../../exec.ts';
import { endGroup } from '../../process/execute.ts';
import { guestPaths } from './guest-root.ts';

/** A virtual machine to be. It has no network device and no disk; it sees folders of this machine, read-only. */
export interface VirtualMachine {
  /** Folder with its root file system and its kernel. */
  readonly root: string;
  /** Folders lent to it, by the name under which the guest mounts them. */
  readonly shares: Readonly<Record<string, string>>;
  /** Path, below the share `checkout`, of the script that is its init. */
  readonly init: string;
  /** MiB. Taken from this machine as it is used. */
  readonly memory: number;
}

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** Milliseconds from start to power-off. */
  readonly timeout: number;
  /** Each line of its console. */
  readonly onLine: (line: string) => void;
}

/**
 * Boots it and waits until it has switched itself off; answers what it printed. Rejects with `ABORTED`,
 * `TIMED_OUT` or `VM_FAILED`. Nothing of it is left then; after a kill of this process, a small folder with
 * links in the one for temporary files.
 */
export async function runVirtualMachine(
  exec: Exec,
  machine: VirtualMachine,
  options: WatchOptions,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'decnet-vm-'));
  try {
    const folders = { ...machine.shares, root: machine.root };
    for (const [name, path] of Object.entries(folders)) await symlink(path, join(folder, name));
    const core = lastCore(await readFile('/proc/self/status', 'utf8'));
    const result = await exec('setpriv', machineArguments(machine, folder, core), {
      timeout: options.timeout,
      signal: options.signal,
      onLine: options.onLine,
      // The kernel's memory is a file there, which it removes at once.
      env: { TMPDIR: folder },
      // Nothing in the guest is worth a farewell, and unshare(1) does not heed TERM.
      onSpawn: async (child) => {
        options.signal.addEventListener('abort', () => void endGroup(child, 'SIGKILL'), { once: true });
      },
    });
    if (result.exitCode === 0) return result.stdout;
    throw new DecnetError(
      `The virtual machine ended with ${result.exitCode}: ${lastLines(`${result.stdout}${result.stderr}`)}`,
      { code: 'VM_FAILED', hint: 'Its console above may tell why; run it again with --verbose.' },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Arguments of setpriv(1). The kernel is the first process of a pid namespace, so that its many processes
 * (each of the guest's is one) end with it, and it with us. On one core it is twice as fast as on two.
 */
export function machineArguments(machine: VirtualMachine, folder: string, core: string): readonly string[] {
  return [
    '--pdeathsig=KILL',
    'unshare',
    '--pid',
    '--fork',
    '--kill-child=KILL',
    'taskset',
    '--cpu-list',
    core,
    'env',
    `LD_PRELOAD=${join(machine.root, guestPaths.registers)}`,
    join(machine.root, guestPaths.kernel),
    `mem=${machine.memory}M`,
    `uml_dir=${folder}/`,
    'umid=vm',
    `hostfs=${folder}`,
    'root=/dev/root',
    'rootfstype=hostfs',
    'rootflags=/root',
    'ro',
    `init=${guestPaths.firstProcess}`,
    `GUEST_INIT=${machine.init}`,
    'con=null',
    'con0=null,fd:1',
    'panic=1',
    'quiet',
  ];
}

/** The last core that this process may use: of proc_pid_status(5)'s `0-3,8` it is `8`. */
export function lastCore(status: string): string {
  return /^Cpus_allowed_list:.*?(\d+)$/m.exec(status)?.[1] ?? '0';
}

function lastLines(text: string): string {
  return text.trim().split(/\r?\n/).slice(-5).join('\n');
}
