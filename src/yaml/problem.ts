import { DecnetError, exitCodes } from '../errors.ts';

/** Keys and list indices from the root of a document to a value. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with what the user wrote. */
export interface Problem {
  readonly path: Path;
  /** `key`: the key itself is wrong (unknown, or must not be there), not its value. */
  readonly at?: 'key' | 'value';
  readonly message: string;
  /** A code of its own, used when this is the only problem. */
  readonly code?: string;
  readonly hint?: string;
}

/** Line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where in a file a value stands. Objects given from code have none. */
export interface Positions {
  /** As the user named it. */
  readonly file: string;
  /** The nearest enclosing value's place when there is nothing at `path` itself. */
  find(path: Path, at: 'key' | 'value'): Position;
}

export interface ProblemContext {
  readonly positions?: Positions | undefined;
  readonly code: string;
  readonly hint: string;
}

/** More lines than this do not help anybody. */
const shownProblems = 50;

/** All problems as one error, sorted by their place in the file, one line each: `fleet.yaml:7:5: unknown key …`. */
export function problemsError(problems: readonly Problem[], context: ProblemContext): DecnetError {
  const located = problems.map((problem) => ({
    problem,
    position: context.positions?.find(problem.path, problem.at ?? 'value') ?? null,
  }));
  located.sort(
    (left, right) =>
      (left.position?.line ?? 0) - (right.position?.line ?? 0) ||
      (left.position?.column ?? 0) - (right.position?.column ?? 0),
  );
  const lines = located.map(({ problem, position }) =>
    position === null
      ? `${formatPath(problem.path)}: ${problem.message}`
      : `${context.positions?.file}:${position.line}:${position.column}: ${problem.message}`,
  );
  // Keys and aliases of the file stand in messages: what they hold must not reach a terminal as control characters.
  const distinct = [...new Set(lines.map((line) => line.replace(/\p{Cc}/gu, '?')))];
  const shown = distinct.slice(0, shownProblems);
  if (distinct.length > shown.length) shown.push(`… and ${distinct.length - shown.length} more`);
  const only = problems.length === 1 ? problems[0] : undefined;
  return new DecnetError(shown.join('\n'), {
    code: only?.code ?? context.code,
    hint: only?.hint ?? context.hint,
    exitCode: exitCodes.usage,
  });
}

/** `deckies[2].config.ssh`; `(root)` for the document itself. */
function formatPath(path: Path): string {
  if (path.length === 0) return '(root)';
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${part}`))
    .join('');
}
