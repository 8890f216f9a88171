import { DecnetError } from '../errors.ts';
import { type Problem, problemOf } from '../examine/problem.ts';
import type { LockOwner } from '../state/lock.ts';
import type { State } from '../state/schema.ts';
import { type Check, checkThat, type Fact, type Part } from './report.ts';

interface Looking {
  readonly statePath: string;
  /** Null where there is none; rejects where it cannot be read. */
  readonly readState: () => Promise<State | null>;
  /** The locks that there may be, by what they guard. */
  readonly locks: Readonly<Record<string, string>>;
  readonly holderOf: (path: string) => Promise<LockOwner | null>;
  readonly deadOwnerOf: (path: string) => Promise<LockOwner | null>;
}

/** What the state file records, but not the fleet itself; and who holds which lock. */
export async function deploymentPart(looking: Looking): Promise<Omit<Part, 'title'>> {
  let state: State | null = null;
  const readable = await checkThat('state file', async () => {
    try {
      state = await looking.readState();
      return [];
    } catch (error) {
      return [stateProblem(error, looking.statePath)];
    }
  });
  const locks = await Promise.all(
    Object.entries(looking.locks).map(([name, path]) => lockFact(name, path, looking)),
  );
  return {
    facts: [{ name: 'state file', value: looking.statePath }, ...stateFacts(state, readable), ...locks],
    checks: [...readable, ...(state === null ? [] : await runChecks(state))],
  };
}

// Why a file is damaged is told with a piece of it, in which a secret may stand.
function stateProblem(error: unknown, statePath: string): Problem {
  const problem = problemOf(error);
  const isDamaged = error instanceof DecnetError && error.code === 'STATE_DAMAGED';
  return isDamaged ? { ...problem, what: `the state file ${statePath} is damaged` } : problem;
}

function stateFacts(state: State | null, readable: readonly Check[]): readonly Fact[] {
  if (state === null) {
    const isThere = readable.some(({ problem }) => problem !== null);
    return [{ name: 'records', value: isThere ? 'cannot be read' : 'nothing: there is none' }];
  }
  const { format, serial, deployment, run } = state;
  const fleet = deployment?.fleet;
  const services = fleet?.deckies.reduce((sum, decky) => sum + decky.services.length, 0);
  return [
    { name: 'records', value: `format ${format}, serial ${serial}` },
    {
      name: 'deployment',
      value:
        fleet === undefined
          ? 'none'
          : `${fleet.name}: ${fleet.deckies.length} deckies, ${services} services, ${fleet.network.driver} on ${fleet.network.interface}, egress ${fleet.egress.policy}`,
    },
    ...(run === null ? [{ name: 'run', value: 'none' }] : runFacts(run)),
  ];
}

function runFacts(run: NonNullable<State['run']>): readonly Fact[] {
  return [
    {
      name: 'run',
      value: `${run.id}: ${run.pipeline} of ${run.name}, ${run.status}, from ${run.startedAt} to ${run.finishedAt ?? 'now'}`,
    },
    ...run.steps.map(({ id, direction, status, attempt, error }) => ({
      name: `step ${id}`,
      value: `${direction} ${status}, attempt ${attempt}${error === null ? '' : `: ${error.code}: ${error.message}`}`,
    })),
  ];
}

function runChecks({ run }: State): Promise<readonly Check[]> {
  return checkThat('last run', async () => {
    if (run === null || ['succeeded', 'rolled-back'].includes(run.status)) return [];
    const why = run.error === null ? '' : `: ${run.error.message}`;
    const remedy = run.error?.hint ?? 'Go on with decnet resume, or take it back with decnet rollback.';
    return [{ what: `the last run is ${run.status}${why}`, remedy }];
  });
}

async function lockFact(name: string, path: string, looking: Looking): Promise<Fact> {
  try {
    const [holder, dead] = await Promise.all([looking.holderOf(path), looking.deadOwnerOf(path)]);
    if (holder !== null) return { name, value: `held by decnet ${holder.command}, pid ${holder.pid}` };
    return {
      name,
      value: dead === null ? 'free' : `left by a dead decnet ${dead.command}; the next one breaks it`,
    };
  } catch (error) {
    return { name, value: error instanceof Error ? error.message : String(error) };
  }
}
