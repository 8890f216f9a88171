import { type Problem, problemOf } from '../examine/problem.ts';

/** Something that was read, as it is shown. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Something that was looked at: well, or with what to do about it. */
export interface Check {
  readonly name: string;
  readonly problem: Problem | null;
}

/** One heading of the report. */
export interface Part {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly checks: readonly Check[];
}

/** What collects a part; it may fail. */
export interface PartSource {
  readonly title: string;
  readonly collect: () => Promise<Omit<Part, 'title'>>;
}

/** How long a part may take, milliseconds: a stuck engine must not keep the rest from being told. */
const patience = 10_000;

/** Collects all parts at the same time. Never rejects: a part that cannot be had says so. */
export async function collectParts(
  sources: readonly PartSource[],
  limit = patience,
): Promise<readonly Part[]> {
  return Promise.all(
    sources.map(async ({ title, collect }) => {
      try {
        return { title, ...(await withinTime(collect(), limit)) };
      } catch (error) {
        return { title, facts: [], checks: [{ name: `read the ${title}`, problem: problemOf(error) }] };
      }
    }),
  );
}

/** A check that is well unless a call rejects. */
export async function checkThat(
  name: string,
  look: () => Promise<readonly Problem[]>,
): Promise<readonly Check[]> {
  const problems = await look().catch((error: unknown) => [problemOf(error)]);
  return problems.length === 0 ? [{ name, problem: null }] : problems.map((problem) => ({ name, problem }));
}

async function withinTime<T>(work: Promise<T>, limit: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limit / 1000} s`)), limit);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
