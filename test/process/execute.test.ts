import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ChildIdentity } from '../../src/exec.ts';
import { endGroup, execute, isAlive } from '../../src/process/execute.ts';
import { parseProcessStat, readProcessStat } from '../../src/process/process-stat.ts';

const node = process.execPath;

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readProcessStat(pid);
  return stat !== null && stat.state !== 'Z';
}

describe('execute', () => {
  it('answers a non-zero exit as a result, with both streams', async () => {
    const result = await execute('sh', ['-c', 'echo out; echo err >&2; exit 3']);
    expect(result).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('passes arguments as they are, input, folder and added environment', async () => {
    const script =
      'console.log(JSON.stringify([process.argv[1], process.cwd(), process.env.ADDED, !!process.env.PATH, require("fs").readFileSync(0, "utf8")]))';
    const result = await execute(node, ['-e', script, '$(id) *'], {
      input: 'given',
      cwd: '/',
      env: { ADDED: 'yes' },
    });
    expect(JSON.parse(result.stdout)).toEqual(['$(id) *', '/', 'yes', true, 'given']);
  });

  it('streams lines as they come, the unfinished last one too', async () => {
    const lines: string[] = [];
    await execute('sh', ['-c', 'printf "a\\r\\nb\\n"; printf c >&2'], {
      onLine: (line, stream) => lines.push(`${stream} ${line}`),
    });
    expect(lines.sort()).toEqual(['stderr c', 'stdout a', 'stdout b']);
  });

  it('keeps the end of a long output', async () => {
    const { stdout } = await execute(node, ['-e', 'process.stdout.write("x".repeat(5e6) + "end")']);
    expect(stdout.length).toBe(1024 * 1024);
    expect(stdout.endsWith('xend')).toBe(true);
  });

  it('names the program that is missing', async () => {
    await expect(execute('no-such-program-here', [])).rejects.toMatchObject({
      code: 'PROGRAM_MISSING',
      message: expect.stringContaining('no-such-program-here'),
    });
  });

  it('tells that a child was killed by a signal of somebody else', async () => {
    expect((await execute('sh', ['-c', 'kill -9 $$'])).exitCode).toBe(137);
  });

  it('ends the child on abort', async () => {
    const controller = new AbortController();
    const started = Date.now();
    const running = execute('sleep', ['60'], {
      signal: controller.signal,
      onSpawn: async () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'ABORTED' });
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it('starts nothing when already aborted', async () => {
    const spawned: ChildIdentity[] = [];
    const options = {
      signal: AbortSignal.abort(),
      onSpawn: async (child: ChildIdentity) => void spawned.push(child),
    };
    await expect(execute('true', [], options)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(spawned).toEqual([]);
  });

  it('ends the child at its timeout, and says that another try may do', async () => {
    await expect(execute('sleep', ['60'], { timeout: 100 })).rejects.toMatchObject({
      code: 'TIMED_OUT',
      retryable: true,
    });
  });

  it('kills a grandchild that ignores TERM', async () => {
    const script = `require('child_process').spawn('sh', ['-c', 'trap "" TERM; echo $$; while :; do sleep 1; done'], { stdio: 'inherit' }); setTimeout(() => {}, 1e6)`;
    let grandchild = 0;
    const controller = new AbortController();
    const onLine = (line: string): void => {
      grandchild = Number(line);
      controller.abort();
    };
    await expect(execute(node, ['-e', script], { signal: controller.signal, onLine })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await sleep(100);
    expect(grandchild).toBeGreaterThan(0);
    expect(await isRunning(grandchild)).toBe(false);
  }, 20_000);

  it('does not wait for a daemon that holds the pipes of its child', async () => {
    const started = Date.now();
    const { stdout } = await execute('sh', ['-c', 'sleep 20 & echo $!']);
    process.kill(Number(stdout));
    expect(Date.now() - started).toBeLessThan(5000);
  });

  it('waits until the child is recorded, and ends a child that cannot be', async () => {
    let recorded = false;
    await execute('sleep', ['0.05'], {
      onSpawn: async () => {
        recorded = await sleep(200, true);
      },
    });
    expect(recorded).toBe(true);
    const refused = execute('sleep', ['60'], { onSpawn: () => Promise.reject(new Error('disk full')) });
    await expect(refused).rejects.toThrow('disk full');
  });
});

describe('a recorded child', () => {
  it('is alive while it runs in a group of its own, and is ended by its group', async () => {
    let child: ChildIdentity = { pid: 0, startTime: '' };
    const running = execute('sleep', ['60'], {
      onSpawn: async (spawned) => {
        child = spawned;
        expect(await isAlive(child)).toBe(true);
        expect((await readProcessStat(child.pid))?.group).toBe(child.pid);
        expect(await endGroup({ ...child, startTime: '1' }, 'SIGKILL')).toBe(false);
        expect(await endGroup(child, 'SIGKILL')).toBe(true);
      },
    });
    expect((await running).exitCode).toBe(137);
    expect(await isAlive(child)).toBe(false);
    expect(await endGroup(child, 'SIGKILL')).toBe(false);
  });

  it('is read from a line whose program name holds spaces and parentheses', async () => {
    const line = await readFile('/proc/self/stat', 'utf8');
    const odd = line.replace(/\(.*\)/, '(a) b (c)');
    expect(parseProcessStat(1, odd)).toEqual(parseProcessStat(1, line));
    expect(parseProcessStat(1, line)?.startTime).toMatch(/^\d+$/);
  });
});
