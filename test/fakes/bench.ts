import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Event } from '../../src/events/events.ts';
import type { ResolvedFleet } from '../../src/fleet/resolved.ts';
import type { ClaimFiles } from '../../src/ownership/claim-files.ts';
import { loadPipelines } from '../../src/pipeline/load.ts';
import { type DeployRequest, runDeploy } from '../../src/runner/deploy.ts';
import type { Engine } from '../../src/runner/engine.ts';
import { runHeal } from '../../src/runner/heal.ts';
import { type ResumeRequest, runResume } from '../../src/runner/resume.ts';
import { runRollback } from '../../src/runner/rollback.ts';
import { type Session, withSession } from '../../src/runner/session.ts';
import { runTeardown, type TeardownRequest } from '../../src/runner/teardown.ts';
import { type Paths, pathsOf } from '../../src/state/paths.ts';
import { readState } from '../../src/state/read.ts';
import type { State } from '../../src/state/schema.ts';
import type { DamagedState } from '../../src/state/store.ts';
import { steps } from '../../steps/index.ts';
import { createFakeStore } from './fake-store.ts';
import { writeTemplates } from './fake-templates.ts';
import { createFakeWorld, type FakeWorld } from './fake-world.ts';
import { createFaults, type Faults, Killed } from './faults.ts';
import { office } from './fleet.ts';

type Commands = {
  deploy(over?: Partial<DeployRequest>): Promise<void>;
  resume(over?: Partial<ResumeRequest>): Promise<boolean>;
  heal(): Promise<void>;
  rollback(): Promise<boolean>;
  teardown(over?: Partial<TeardownRequest>): Promise<boolean>;
  /** Any other use of a session. */
  session<T>(command: string, use: (session: Session) => Promise<T>): Promise<T>;
};

interface BenchOptions {
  engine: Engine;
  signal: AbortSignal;
  onEvent: (event: Event) => void;
  damagedState?: DamagedState;
}

/** A world, the engine over it, and the commands as the operations give them. */
export interface Bench extends Commands {
  readonly world: FakeWorld;
  readonly faults: Faults;
  readonly paths: Paths;
  readonly templates: string;
  readonly hostLock: string;
  /** Every event so far. */
  readonly events: readonly Event[];
  /** Changes for the sessions that follow. */
  readonly options: BenchOptions;
  state(): Promise<State | null>;
  /** Lets the clock go on, milliseconds. */
  pass(milliseconds: number): void;
}

const folders: string[] = [];

/** For `afterAll`: removes the folders of every bench. */
export async function removeBenches(): Promise<void> {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}

const pipelineFile = new URL('../../pipeline.yaml', import.meta.url).pathname;
const loaded = loadPipelines(pipelineFile, new Set(steps.keys()));

/**
 * The state of a bench lies on a tmpfs where there is one: durable writes are many here. `beside`: a second decnet on
 * the host of another bench, with a state file of its own.
 */
export async function createBench(beside?: Bench): Promise<Bench> {
  const folder = await mkdtemp(join(await fastFolder(), 'decnet-test-'));
  folders.push(folder);
  const templates = join(folder, 'templates');
  writeTemplates(templates);
  let time = Date.parse('2026-02-03T04:05:06Z');
  const faults = createFaults();
  const world = createFakeWorld(faults, templates, () => time, beside?.world);
  const paths = pathsOf(join(folder, 'home', 'decnet-state.json'));
  const hostLock = beside?.hostLock ?? join(folder, 'run', 'host.lock');
  for (const path of [paths.state, hostLock]) await mkdir(dirname(path), { recursive: true });
  const engine: Engine = {
    world,
    steps,
    pipelines: await loaded,
    // No process has this start time: whatever lock a killed session leaves has a dead owner.
    self: { pid: process.pid, startTime: 'fake', bootId: 'boot-1', pidNamespace: '1' },
    hostLock,
    claimFiles: (name) => claimFilesIn(dirname(hostLock), name),
    folder: dirname(paths.state),
    firstPause: 0,
    now: () => time,
    sleep: async (milliseconds, signal) => {
      signal.throwIfAborted();
      time += milliseconds;
    },
  };
  const events: Event[] = [];
  const options: BenchOptions = { engine, signal: new AbortController().signal, onEvent: () => {} };
  const listener = (event: Event): void => {
    events.push(event);
    if ('step' in event) faults.enterStep(endsStep(event) ? null : event.step);
    options.onEvent(event);
  };
  const session = async <T>(command: string, use: (one: Session) => Promise<T>): Promise<T> => {
    const { onEvent: _, ...given } = options;
    const openStore = createFakeStore(faults);
    try {
      const result = await withSession({ ...given, paths, command, listener, openStore }, use);
      if (faults.isKilled) throw new Killed();
      return result;
    } catch (error) {
      // A killed process tells nobody what it made of it.
      throw faults.isKilled ? new Killed() : error;
    } finally {
      const { lock } = engine.claimFiles('office');
      if (faults.isKilled)
        await leaveLocks([paths.lock, hostLock, lock], {
          ...engine.self,
          command: `${command} --state ${paths.state}`,
        });
    }
  };
  return {
    world,
    faults,
    paths,
    templates,
    hostLock,
    events,
    options,
    session,
    ...commandsOf(session),
    state: () => readState(paths),
    pass: (milliseconds) => {
      time += milliseconds;
    },
  };
}

function commandsOf(session: Commands['session']): Omit<Commands, 'session'> {
  const options = { noCache: false, parallel: false, images: false };
  return {
    deploy: (over) =>
      session('deploy', (one) =>
        runDeploy(one, { fleet: office(), fleetFile: null, options, rollbackOnFailure: false, ...over }),
      ),
    resume: (over) =>
      session('resume', (one) =>
        runResume(one, { resolveAgain: async () => null, acceptChanges: false, ...over }),
      ),
    heal: () => session('heal', runHeal),
    rollback: () => session('rollback', runRollback),
    teardown: (over) =>
      session('teardown', (one) => runTeardown(one, { deckies: [], images: false, name: null, ...over })),
  };
}

/** The fleet of `office` without a decky. */
export function without(fleet: ResolvedFleet, name: string): ResolvedFleet {
  return { ...fleet, deckies: fleet.deckies.filter((decky) => decky.name !== name) };
}

function claimFilesIn(folder: string, name: string): ClaimFiles {
  return { lock: join(folder, `${name}.lock`), note: join(folder, `${name}.state`) };
}

// Our own clean-up ran in the process that plays the killed one: what it gave back is put in place again.
async function leaveLocks(lockFiles: readonly string[], owner: object): Promise<void> {
  for (const path of lockFiles) await writeFile(path, JSON.stringify(owner)).catch(() => {});
}

function endsStep(event: Event): boolean {
  return /^step-(kept|done|skipped|failed|interrupted|undone|undo-failed)$/.test(event.type);
}

async function fastFolder(): Promise<string> {
  const memory = '/dev/shm';
  return (await stat(memory).catch(() => null)) === null ? tmpdir() : memory;
}

/** What a promise was rejected with; fails the test when it was not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const settled = await promise.then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (settled === null) throw new Error('It was expected to be rejected, and was not');
  return settled.error;
}

export async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
