import { readdir, readFile } from 'node:fs/promises';

/** What we need of /proc/<pid>/stat (proc_pid_stat(5)). */
export interface ProcessStat {
  readonly pid: number;
  /** One letter; `Z` is a zombie. */
  readonly state: string;
  readonly group: number;
  /** Clock ticks after boot. */
  readonly startTime: string;
}

/** Null when the process is gone. */
export async function readProcessStat(pid: number): Promise<ProcessStat | null> {
  try {
    return parseProcessStat(pid, await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null; // ENOENT, or ESRCH when it goes while being read
  }
}

/** The second field is the program's name in parentheses; it may hold spaces and parentheses itself. */
export function parseProcessStat(pid: number, line: string): ProcessStat | null {
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
  const [state, , group] = fields;
  const startTime = fields[19];
  if (state === undefined || group === undefined || startTime === undefined) return null;
  return { pid, state, group: Number(group), startTime };
}

/** Every process that this one can see. */
export async function listPids(): Promise<readonly number[]> {
  const names = await readdir('/proc');
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}
