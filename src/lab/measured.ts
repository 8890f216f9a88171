import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { DecnetError } from '../errors.ts';
import { labCommand } from './command.ts';
import { notUp } from './not-up.ts';
import { readLabRecord } from './record.ts';

export interface OnHost {
  /** nsenter(1) becomes the program it starts, so that the pid is the program's own. */
  readonly pid: number;
  /** What it printed on stdout; rejects where its exit code is not 0. */
  readonly ended: Promise<string>;
}

/** Starts a program on the lab's host. */
export async function startOnHost(argv: readonly string[]): Promise<OnHost> {
  const record = await readLabRecord();
  if (record === null) throw notUp();
  const { file, args, env } = labCommand(record, 'host', argv, process.env);
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      printed[stream] += chunk;
    });
  }
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(printed.stdout);
      else reject(failed(argv, `${code}:\n${printed.stdout}${printed.stderr}`));
    });
  });
  return { pid: child.pid ?? 0, ended };
}

export async function runOnHost(...argv: readonly string[]): Promise<string> {
  return (await startOnHost(argv)).ended;
}

/** Of a process: CPU seconds (proc_pid_stat(5), in hundredths), and peak memory (VmHWM of proc_pid_status(5)). */
export async function cpuSeconds(pid: number): Promise<{ seconds: number; megabytes: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return { seconds: (Number(fields[11]) + Number(fields[12])) / 100, megabytes: kilobytes / 1_024 };
}

function failed(argv: readonly string[], how: string): DecnetError {
  return new DecnetError(`${argv.slice(0, 3).join(' ')} … ended with ${how}`, { code: 'BENCH_FAILED' });
}
