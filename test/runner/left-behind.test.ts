import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../src/process/child.ts';
import { readProcessStat } from '../../src/process/process-stat.ts';
import { Interruption } from '../../src/runner/interruption.ts';
import { interrupted } from '../../src/runner/left-behind.ts';
import { updateStep } from '../../src/runner/session.ts';
import { createBench, rejection, removeBenches } from '../fakes/bench.ts';
import { Killed } from '../fakes/faults.ts';
import { aRun, aStep } from '../fakes/states.ts';

afterAll(removeBenches);

describe('what a killed run left', () => {
  it('is ended when it is a child that lives on, before anything else is done', async () => {
    const bench = await createBench();
    const orphan = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const { pid = 0 } = orphan;
    const startTime = (await readProcessStat(pid))?.startTime ?? '';
    bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'before', kill: true });
    expect(await rejection(bench.deploy())).toBeInstanceOf(Killed);
    bench.faults.disarm();
    // As if this were the compose that outlived us; a session that ends leaves the record as it is.
    const up = { id: 'up', direction: 'apply' as const };
    bench.options.engine = {
      ...bench.options.engine,
      now: Date.now,
      sleep: async (milliseconds) => void (await setTimeout(milliseconds)),
    };
    const ended = once(orphan, 'exit');
    await bench.session('test', (session) =>
      updateStep(session, up, (step) => ({ ...step, status: 'running', children: [{ pid, startTime }] })),
    );
    await bench.resume();
    expect(await isAlive({ pid, startTime })).toBe(false);
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(bench.events).toContainEqual(
      expect.objectContaining({ type: 'warning', text: `Ending pid ${pid}, left behind by step up` }),
    );
  });

  it('is not waited for when a signal comes', async () => {
    const bench = await createBench();
    await bench.deploy();
    const [command = '', ...words] = ['sh', '-c', 'trap "" TERM; sleep 60 & wait; wait'];
    const stubborn = spawn(command, words, { detached: true, stdio: 'ignore' });
    const { pid = 0 } = stubborn;
    await setTimeout(50);
    const startTime = (await readProcessStat(pid))?.startTime ?? '';
    const up = { id: 'up', direction: 'apply' as const };
    await bench.session('test', (session) =>
      updateStep(session, up, (step) => ({ ...step, children: [{ pid, startTime }] })),
    );
    const controller = new AbortController();
    bench.options.signal = controller.signal;
    bench.options.onEvent = () => controller.abort(new Interruption('SIGINT'));
    expect(await rejection(bench.resume())).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    const ended = once(stubborn, 'exit');
    process.kill(-pid, 'SIGKILL');
    await ended;
  });

  it('is not a process that only has the same number', async () => {
    const bench = await createBench();
    await bench.deploy();
    const up = { id: 'up', direction: 'apply' as const };
    await bench.session('test', (session) =>
      updateStep(session, up, (step) => ({ ...step, children: [{ pid: process.pid, startTime: '1' }] })),
    );
    await bench.resume();
    expect(bench.events.filter(({ type }) => type === 'warning')).toEqual([]);
    expect((await bench.state())?.run?.steps.every((step) => step.children.length === 0)).toBe(true);
  });

  it("is the host's lock, which goes though no step of the next command takes it", async () => {
    const bench = await createBench();
    bench.faults.arm({ hits: ({ name }) => name === 'host.addRoutes', moment: 'after', kill: true });
    expect(await rejection(bench.deploy())).toBeInstanceOf(Killed);
    bench.faults.disarm();
    await writeFile(`${bench.hostLock}.4194304`, '{}');
    const locks = async () =>
      (await readdir(dirname(bench.hostLock))).filter((file) => file.startsWith('host.lock'));
    expect(await locks()).toEqual(['host.lock', 'host.lock.4194304']);
    await bench.resume();
    expect(await locks()).toEqual([]);
  });

  it.each([
    ['running', 'interrupted', 'running', 'interrupted'],
    ['rolling-back', 'rollback-incomplete', 'undoing', 'interrupted'],
    ['succeeded', 'succeeded', 'done', 'done'],
    ['failed', 'failed', 'failed', 'failed'],
  ] as const)(
    'reads a run that is %s as %s, and a step that is %s as %s',
    (run, runAfter, step, stepAfter) => {
      const child = { pid: 7, startTime: '1' };
      const after = interrupted(
        aRun({ status: run, steps: [aStep('up', { status: step, children: [child] })] }),
      );
      expect(after.status).toBe(runAfter);
      expect(after.steps).toMatchObject([{ id: 'up', status: stepAfter, children: [] }]);
    },
  );
});
