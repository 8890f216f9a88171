import { access } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { readProcessStat } from '../../src/process/process-stat.ts';
import { Interruption } from '../../src/runner/interruption.ts';
import { acquireLock } from '../../src/state/lock.ts';
import { type Bench, createBench, rejection, removeBenches } from '../fakes/bench.ts';
import { transientError } from '../fakes/faults.ts';
import { expectFull } from '../fakes/outcomes.ts';
import { snapshot } from '../fakes/snapshot.ts';

afterAll(removeBenches);

async function recordOf(bench: Bench, id: string) {
  return (await bench.state())?.run?.steps.find((step) => step.id === id);
}

function failing(bench: Bench, times: number): void {
  bench.faults.arm({
    hits: ({ name }) => name === 'compose.up',
    moment: 'middle',
    times,
    error: transientError,
  });
}

describe('a failure that may pass by itself', () => {
  it('is tried again, each attempt recorded and told', async () => {
    const bench = await createBench();
    failing(bench, 2);
    await bench.deploy();
    expect(await recordOf(bench, 'up')).toMatchObject({
      status: 'done',
      attempt: 3,
      error: null,
      children: [],
    });
    const told = bench.events.filter((event) => event.type === 'step-retrying');
    expect(told).toMatchObject([
      { step: 'up', attempt: 1, error: { code: 'FAKE_BUSY' } },
      { step: 'up', attempt: 2, error: { code: 'FAKE_BUSY' } },
    ]);
  });

  it('is final after as many retries as the pipeline file grants', async () => {
    const bench = await createBench();
    failing(bench, 99);
    expect(await rejection(bench.deploy())).toMatchObject({ code: 'FAKE_BUSY', exitCode: 1 });
    expect(bench.faults.calls.filter(({ name }) => name === 'compose.up')).toHaveLength(5);
    expect(await recordOf(bench, 'up')).toMatchObject({ status: 'failed', attempt: 5 });
  });

  it('is final at once for a step without retries', async () => {
    const bench = await createBench();
    bench.faults.arm({
      hits: ({ name }) => name === 'compose.validate',
      moment: 'before',
      error: transientError,
    });
    expect(await rejection(bench.deploy())).toMatchObject({ code: 'FAKE_BUSY' });
  });
});

it('gives up at once on a failure that does not pass', async () => {
  const bench = await createBench();
  bench.faults.arm({ hits: ({ name }) => name === 'compose.up', moment: 'before', times: 99 });
  expect(await rejection(bench.deploy())).toMatchObject({ code: 'FAKE' });
  expect(bench.faults.calls.filter(({ name }) => name === 'compose.up')).toHaveLength(1);
  expect(bench.events.filter(({ type }) => type === 'step-retrying')).toEqual([]);
});

/** `docker compose up` that prints nothing and ends only when it is told to. */
function hang(bench: Bench, onHang: () => void = () => {}): void {
  const { engine } = bench.options;
  const compose = {
    ...bench.world.compose,
    up: async (_project: unknown, { signal }: { signal: AbortSignal }) => {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        onHang();
      });
    },
  };
  bench.options.engine = { ...engine, world: { ...bench.world, compose } };
}

it('ends an attempt that takes longer than the pipeline file allows, and says for how long it waited', async () => {
  const bench = await createBench();
  hang(bench);
  const { engine } = bench.options;
  const deploy = engine.pipelines.deploy.map((one) => (one.id === 'up' ? { ...one, timeout: 50 } : one));
  bench.options.engine = { ...engine, pipelines: { ...engine.pipelines, deploy } };
  expect(await rejection(bench.deploy())).toMatchObject({
    code: 'STEP_TIMED_OUT',
    message: 'Step up was not done within 0.05 s',
    hint: expect.stringContaining('decnet resume'),
    exitCode: 1,
  });
  expect(await recordOf(bench, 'up')).toMatchObject({ status: 'failed' });
});

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s interrupts the step under way and ends with exit code %i', async (signal, exitCode) => {
    const bench = await createBench();
    const controller = new AbortController();
    bench.options.signal = controller.signal;
    hang(bench, () => controller.abort(new Interruption(signal)));
    expect(await rejection(bench.deploy())).toMatchObject({ code: 'INTERRUPTED', exitCode });
    const run = (await bench.state())?.run;
    expect(run?.status).toBe('interrupted');
    expect(await recordOf(bench, 'up')).toMatchObject({ status: 'interrupted', made: true, children: [] });
    expect(bench.events.map(({ type }) => type).slice(-2)).toEqual(['step-interrupted', 'run-finished']);
  });

  it('lets resume finish what it interrupted', async () => {
    const undisturbed = await createBench();
    await undisturbed.deploy();
    const bench = await createBench();
    const controller = new AbortController();
    bench.options.signal = controller.signal;
    bench.options.onEvent = (event) => {
      if (event.type === 'step-started' && event.step === 'logging-sync')
        controller.abort(new Interruption('SIGINT'));
    };
    expect(await rejection(bench.deploy())).toMatchObject({ exitCode: 130 });
    bench.options.signal = new AbortController().signal;
    await bench.resume();
    await expectFull(bench, await snapshot(undisturbed));
  });

  it('interrupts a rollback, which goes on when called again', async () => {
    const bench = await createBench();
    await bench.deploy();
    const controller = new AbortController();
    bench.options.signal = controller.signal;
    bench.options.onEvent = (event) => {
      if (event.type === 'step-undone') controller.abort(new Interruption('SIGTERM'));
    };
    expect(await rejection(bench.rollback())).toMatchObject({ exitCode: 143 });
    expect((await bench.state())?.run?.status).toBe('rollback-incomplete');
    bench.options.signal = new AbortController().signal;
    await bench.rollback();
    expect((await bench.state())?.run?.status).toBe('rolled-back');
  });

  it('interrupts a teardown instead of being gone past', async () => {
    const bench = await createBench();
    await bench.deploy();
    const controller = new AbortController();
    bench.options.signal = controller.signal;
    bench.options.onEvent = (event) => {
      if (event.type === 'step-undone') controller.abort(new Interruption('SIGINT'));
    };
    expect(await rejection(bench.teardown())).toMatchObject({ exitCode: 130 });
    expect((await bench.state())?.run).toMatchObject({ pipeline: 'teardown', status: 'interrupted' });
    expect(bench.world.hostState.links.has('dn-office')).toBe(true);
  });
});

describe('the lock of the host', () => {
  it('is held by the steps that touch the NIC, and by no other', async () => {
    const bench = await createBench();
    const holders = new Set<string | null>();
    const steps = new Map(
      [...bench.options.engine.steps].map(([id, step]) => [
        id,
        {
          ...step,
          apply: async (...given: Parameters<typeof step.apply>) => {
            if (
              await access(bench.hostLock).then(
                () => true,
                () => false,
              )
            )
              holders.add(id);
            return step.apply(...given);
          },
        },
      ]),
    );
    bench.options.engine = { ...bench.options.engine, steps };
    await bench.deploy();
    expect([...holders]).toEqual(['preflight', 'host-bridge', 'network']);
    await expect(access(bench.hostLock)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  /** As another decnet of this host that lives: this process under its real start time. */
  async function holdHostLock(bench: Bench): Promise<() => Promise<void>> {
    const startTime = (await readProcessStat(process.pid))?.startTime ?? '';
    const self = { ...bench.options.engine.self, startTime, command: 'deploy' };
    const signal = new AbortController().signal;
    return acquireLock(bench.hostLock, { command: 'deploy', self, patience: 0, signal });
  }

  it('is waited for while another deployment of the host holds it', async () => {
    const bench = await createBench();
    const release = await holdHostLock(bench);
    bench.options.onEvent = (event) => {
      if (event.type === 'step-started' && event.step === 'preflight') void release();
    };
    await bench.deploy();
    expect((await bench.state())?.run?.status).toBe('succeeded');
  });

  it('is given up after as long as the step may take, with exit code 6', async () => {
    const bench = await createBench();
    await holdHostLock(bench);
    const { engine } = bench.options;
    const deploy = engine.pipelines.deploy.map((one) => ({ ...one, timeout: 50 }));
    bench.options.engine = { ...engine, pipelines: { ...engine.pipelines, deploy } };
    expect(await rejection(bench.deploy())).toMatchObject({ code: 'LOCKED', exitCode: 6 });
    expect(await recordOf(bench, 'preflight')).toMatchObject({ status: 'failed', made: false });
  });

  it('stops being waited for when a signal comes', async () => {
    const bench = await createBench();
    await holdHostLock(bench);
    const controller = new AbortController();
    bench.options.signal = controller.signal;
    bench.options.onEvent = (event) => {
      if (event.type === 'step-started') setTimeout(() => controller.abort(new Interruption('SIGTERM')), 20);
    };
    expect(await rejection(bench.deploy())).toMatchObject({ code: 'INTERRUPTED', exitCode: 143 });
    expect(await recordOf(bench, 'preflight')).toMatchObject({ status: 'interrupted' });
  });
});
